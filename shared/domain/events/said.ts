/* What a page said while a step went on: answers, messages, dialogs. Everything is redacted, and texts are cut. */
import { z } from 'zod';
import { describeCodes } from './codes.ts';

const SAID_KINDS = [
  'navigation',
  'request',
  'console',
  'error',
  'dialog',
  'popup',
  'crash',
  'download',
  'more',
] as const;
export type SaidKind = (typeof SAID_KINDS)[number];

/** What each means to clients, with the fields that it has. */
const MEANS: Record<SaidKind, string> = {
  navigation: 'the document of the page came, or did not: `url`, `status`, `error`, `ms`',
  request:
    'a request failed (`status` from 400, or `error`), hangs (`pending`) for `ms`, or was answered after that: `method`, `url`, `resource`',
  console: 'a message in its console: `level`, `text`, `count`',
  error: 'an error that its script did not catch: `text`, `count`',
  dialog: 'it opened a `dialog`: `text`, `answer`, what was `typed`',
  popup: 'it opened another page: `url`',
  crash: 'its process crashed',
  download: 'it offered a file: `name`, `url`, `bytes`, its `path` if it was kept, or why it was `refused`',
  more: 'so many more (`count`) were not kept',
};

const said = z
  .object({
    kind: z.enum(SAID_KINDS).describe(`Stable; branch on this. ${describeCodes(MEANS)}.`),
    url: z.string().optional(),
    method: z.string().optional(),
    resource: z
      .string()
      .optional()
      .describe('What the browser wanted it for, such as `document` or `fetch`.'),
    status: z.int().optional().describe('HTTP status of the answer.'),
    error: z.string().optional().describe('Why there was no answer.'),
    ms: z.int().min(0).optional(),
    pending: z.literal(true).optional().describe('There was no answer yet.'),
    level: z.enum(['error', 'warning', 'info', 'debug']).optional(),
    text: z.string().optional(),
    count: z.int().min(1).optional().describe('How often, if more than once.'),
    dialog: z.enum(['alert', 'confirm', 'prompt', 'beforeunload']).optional(),
    answer: z.enum(['accepted', 'dismissed']).optional(),
    typed: z.string().optional().describe('The answer to a `prompt`.'),
    name: z.string().optional().describe('Name of the file, as the page gave it.'),
    bytes: z.int().min(0).optional(),
    path: z.string().optional().describe('Relative to `/artifacts/`.'),
    refused: z.string().optional(),
  })
  .describe('Secrets redacted, texts truncated to 500 characters.');
type SaidObject = typeof said;
/** A name for declarations, as `StepSchema` is. */
export interface SaidSchema extends SaidObject {}
export const saidSchema: SaidSchema = said;
export type Said = z.output<SaidSchema>;
