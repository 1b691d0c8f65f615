/*
 * What a gateway and a viewer say to each other over the WebSocket of a run. Pictures are binary: a head of 18 bytes, big-endian
 * (number u32, page u16, width u16, height u16 in CSS px, time u64 in epoch µs), then a JPEG.
 */
import { z } from 'zod';
import { LIVE_ENDS, type LiveEnd } from './ends.ts';

/** Pictures that a viewer is sent before it says that it has taken one. */
export const FIRST_CREDITS = 2;

export const liveQuery = z.object({
  max: z.coerce
    .number()
    .int()
    .min(16)
    .max(4_096)
    .default(1_280)
    .describe(
      'The longest side of the picture in px: up to 640 it is a small one, else a large one of 1280.',
    ),
});

const seen = {
  page: z.int().min(0).nullable().describe('The number of a page; null: the one that the run is on.'),
  everyMs: z.number().min(80).max(60_000).describe('The shortest time between two pictures.'),
  size: z.enum(['small', 'large']),
};

/** Others are ignored: those of a viewer that drives the page will be among them. */
export const fromViewer = z.discriminatedUnion('t', [
  z.object({ t: z.literal('credit') }).describe('It has taken a picture.'),
  z.object({ t: z.literal('see'), ...seen }).partial({ page: true, everyMs: true, size: true }),
]);

export const toViewer = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), run: z.uuid(), status: z.enum(['running', 'cancelling']) }),
  z.object({
    t: z.literal('state'),
    pages: z.array(z.int()).describe('The numbers of its pages: 0, and those of its popups.'),
    on: z.int().describe('The page that the run is on.'),
    step: z
      .object({
        index: z.int(),
        phase: z.enum(['flow', 'onCancel']),
        box: z
          .tuple([z.number(), z.number(), z.number(), z.number()])
          .optional()
          .describe('Its element: left, top, width and height, in parts of the view of that page.'),
      })
      .optional(),
    covered: z.literal('secret').optional().describe('No picture is shown, as it could show a secret.'),
  }),
  z.object({
    t: z.literal('end'),
    why: z.enum(Object.keys(LIVE_ENDS) as [LiveEnd, ...LiveEnd[]]),
    status: z.enum(['running', 'cancelling', 'pass', 'fail']).optional(),
  }),
]);
export type ToViewer = z.infer<typeof toViewer>;
