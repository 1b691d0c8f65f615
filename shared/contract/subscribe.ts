import { z } from 'zod';

const subject = z.string().describe('As NATS takes it, with wildcards.');

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** Which projects a connection is to be about. */
export const subscriptionQuery = z.object({
  projects: z
    .string()
    .regex(new RegExp(`^(none|${ID}(,${ID}){0,63})$`), 'must be none, or up to 64 ids with commas between')
    .optional()
    .describe('`none`, or up to 64 ids with commas between. Left out: all projects of the user.'),
});

/** What a key may hear over NATS, and how to get at it. */
export const subscriptionReply = z.object({
  servers: z.array(z.string()).describe('`host:port` of each server of NATS, as the gateway reaches it.'),
  live: z
    .object({
      user: z.string().describe('The user name to sign in with; only needed if projects were named.'),
      subjects: z.array(subject),
    })
    .describe('Sign in with the key as token or password and subscribe to these. An event may match two.'),
  durable: z
    .object({
      user: z.string().describe('Sign in with this user name and the key as password.'),
      inboxPrefix: z
        .string()
        .describe('The prefix of the inbox, for a client that has its acknowledgements confirmed.'),
      stream: z.string(),
      queue: z.string().describe('The queue group in which to subscribe to what consumers hand out.'),
      consumers: z
        .array(
          z.object({
            name: z.string(),
            handsOut: z.string().describe('Subscribe to this and answer each message: that acknowledges it.'),
            subjects: z.array(subject).describe('Those of the events that it hands out.'),
          }),
        )
        .describe('They are there once the key has signed in. An event may come from two of them.'),
    })
    .describe('Consumers that keep what was not acknowledged.'),
});
