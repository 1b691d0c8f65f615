import { z } from 'zod';

/** The sizes in which pages are pictured: the longest side, px. */
export const FRAME_SIZES = { small: 640, large: 1_280 } as const;
export type FrameSize = keyof typeof FRAME_SIZES;
const SIZES = Object.keys(FRAME_SIZES) as [FrameSize, ...FrameSize[]];

/** The shortest time between two pictures for a viewer, ms; and the longest that one may ask for. */
export const PACE_MS = { shortest: 80, longest: 60_000 } as const;

/** One page of a run that is to be seen; null: the one that the run is on. */
const askSchema = z.object({
  page: z.int().min(0).nullable(),
  size: z.enum(SIZES),
  everyMs: z.number().min(PACE_MS.shortest).max(PACE_MS.longest),
});
export type LiveAsk = z.infer<typeof askSchema>;

/**
 * What a gateway wants to see of a run: repeated each second, and after each picture that a viewer has taken. `taken` is the
 * number of the last one: an owner sends no more while earlier ones are not taken.
 */
export const wishSchema = z.object({
  gateway: z.string().max(100),
  asks: z.array(askSchema).max(12),
  taken: z.int().min(0),
});
export type Wish = z.infer<typeof wishSchema>;

/** How often a wish is repeated, and after how long it counts no more, ms. */
export const WISH_MS = { every: 1_000, holds: 5_000 } as const;

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);

/** What there is to see of a run; its owner says so to new gateways, and each time that it changes. */
export const sceneSchema = z.object({
  /** The numbers of its pages: 0, and those of its popups. */
  pages: z.array(z.int().min(0)).max(20),
  /** The page that the run is on. */
  on: z.int().min(0),
  step: z
    .object({
      index: z.int().min(0),
      phase: z.enum(['flow', 'onCancel']),
      /** Its element: left, top, width and height, in parts of the page's view. */
      box: box.optional(),
    })
    .optional(),
  /** Why no picture is shown. */
  covered: z.literal('secret').optional(),
  /** Its browser is closed. */
  over: z.literal(true).optional(),
});
export type LiveScene = z.infer<typeof sceneSchema>;
