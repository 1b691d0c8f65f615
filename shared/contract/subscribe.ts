import { z } from 'zod';

const subject = z.string().describe('A NATS subject, possibly with wildcards.');

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Which projects a subscription covers. */
export const subscriptionQuery = z.object({
  projects: z
    .string()
    .regex(new RegExp(`^(none|${ID}(,${ID}){0,63})$`), 'must be none, or up to 64 ids separated by commas')
    .optional()
    .describe('`none`, or up to 64 ids separated by commas. Default: all projects of the user.'),
});

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
