import { z } from 'zod';
import { ENTRY_SCHEMAS } from '#shared/domain/events/entries.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { isRunCursor } from '../runs/run-cursor.ts';
import { optionalParam, readableEventSchema, since, wholeNumber } from '../runs/runs.ts';

const subject = z.string().describe('A NATS subject, possibly with wildcards.');

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const projects = z
  .string()
  .regex(new RegExp(`^(none|${ID}(,${ID}){0,63})$`), 'not_ids' satisfies IssueCode)
  .optional()
  .describe('`none`, or up to 64 ids separated by commas. Default: all projects of the user.');

/** Which projects a subscription covers; without a misspelt one it would be all. */
export const subscriptionQuery = z.object({ projects });

/** Page sizes of missed messages, in runs: the default, and the maximum. */
export const MISSED_LIMIT = 50;
const MISSED_LIMIT_MAX = 100;

export const missedQuery = z.object({
  projects,
  since: optionalParam(since).describe(
    'Runs that ended at this time or later. Default: all runs that are stored.',
  ),
  limit: optionalParam(wholeNumber(1, MISSED_LIMIT_MAX)).describe(
    `Page size in runs; ${MISSED_LIMIT} by default. A page of about 2 MB ends earlier.`,
  ),
  after: optionalParam(
    z
      .string()
      .max(100)
      .refine(isRunCursor, 'not_from_link' satisfies IssueCode),
  ).describe('Where the previous page ended; taken from its `Link` header.'),
});

const ofRun = z.object({ runId: idSchema });
/** A message as over NATS. */
export const missedMessage = z.union([
  ENTRY_SCHEMAS.status.extend(ofRun.shape),
  z.intersection(z.object({ kind: z.literal('assist'), ...ofRun.shape }), readableEventSchema),
  ENTRY_SCHEMAS.end.extend(ofRun.shape),
]);

/** What an API key may subscribe to over NATS, and how. */
export const subscriptionReply = z.object({
  servers: z.array(z.string()).describe('`host:port` of each NATS server, as the gateway connects to it.'),
  live: z
    .object({
      user: z.string().describe('The user name to sign in with; only needed if `projects` was given.'),
      subjects: z.array(subject),
    })
    .describe(
      'Sign in with the API key as token or password and subscribe to these. An event may match two of them.',
    ),
  durable: z
    .object({
      user: z.string().describe('Sign in with this user name and the API key as password.'),
      inboxPrefix: z
        .string()
        .describe(
          'The inbox prefix to use, for clients that request confirmation of their acknowledgements.',
        ),
      stream: z.string(),
      queue: z.string().describe('The queue group for subscriptions to `handsOut`.'),
      consumers: z
        .array(
          z.object({
            name: z.string(),
            handsOut: z
              .string()
              .describe('Subscribe to this subject and reply to each message to acknowledge it.'),
            subjects: z.array(subject).describe('Subjects of the events that it delivers.'),
          }),
        )
        .describe('Created when the key signs in. An event may be delivered by two of them.'),
    })
    .describe('Durable consumers, which keep events until they are acknowledged.'),
});
