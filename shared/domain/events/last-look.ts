/* What was kept of the page of a run that did not pass, right before its browser context closed. */
import { z } from 'zod';
import { describeCodes } from './codes.ts';

const WHYS_MISSING = ['forced', 'gone', 'late', 'too_large', 'unstored'] as const;
export type WhyMissing = (typeof WHYS_MISSING)[number];

/** Why something of it is missing, to clients. */
const MEANS: Record<WhyMissing, string> = {
  forced: 'a cancel by force waits for nothing but the closing',
  gone: 'the page had crashed, was closed, or had lost its browser',
  late: 'the page gave none in time',
  too_large: 'it was larger than what is read of a page',
  unstored: 'it could not be stored',
};

/** What is looked for besides its address. */
export const LOOKED_FOR = ['picture', 'tree', 'title'] as const;
export type LookedFor = (typeof LOOKED_FOR)[number];

export const lastLookFields = {
  url: z.string().describe('Address of the page.'),
  title: z.string().optional(),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`.'),
  a11y: z.string().optional().describe('The accessibility tree, truncated to 4,000 characters.'),
  missing: z
    .array(z.object({ what: z.enum(LOOKED_FOR), why: z.enum(WHYS_MISSING) }))
    .optional()
    .describe(`What could not be kept, and why. ${describeCodes(MEANS)}.`),
};
const lastLookSchema = z.object(lastLookFields);
/** Texts are redacted. */
export type LastLook = z.output<typeof lastLookSchema>;
