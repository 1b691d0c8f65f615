import { z } from 'zod';

const subject = z.string().describe('As NATS takes it, with wildcards.');

/** What a key may hear over NATS, and how to get at it. */
export const subscriptionReply = z.object({
  servers: z.array(z.string()).describe('`host:port` of each server of NATS, as the gateway reaches it.'),
  live: z
    .object({ subjects: z.array(subject) })
    .describe('Sign in with the key as token and subscribe to these. An event may match two of them.'),
  durable: z
    .object({
      user: z.string().describe('Sign in with this user name and the key as password.'),
      inboxPrefix: z.string().describe('The prefix of the inbox that the client has to use.'),
      domain: z.string().describe("JetStream's domain that the client has to use."),
      stream: z.string(),
      consumers: z
        .array(z.object({ name: z.string(), subjects: z.array(subject) }))
        .describe('They are there once the key has signed in. An event may come from two of them.'),
    })
    .describe('Consumers that keep what was not acknowledged.'),
});
