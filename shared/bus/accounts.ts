/**
 * The accounts of NATS. What one says, another hears only where the server's configuration exports it: so a subscriber
 * reaches neither the services nor another subscriber, whatever reply subject it names in its requests (I11).
 */
export const ACCOUNTS = {
  /** All services, and the stream of events. */
  services: 'GHOSTLY',
  /** Subscribers that listen and publish nothing. */
  live: 'GHOSTLY_LIVE',
  /** Subscribers that read through durable consumers. They hear what they ask for and nothing else. */
  durable: 'GHOSTLY_DURABLE',
  /** The server's own. */
  system: 'SYS',
} as const;

/** The user name by which a subscriber chooses to read through durable consumers. */
export const DURABLE_USER = 'durable';

/** The name under which durable subscribers find the JetStream of the services. */
export const JETSTREAM_DOMAIN = 'ghostly';

export const apiSubjects = {
  /** A subscriber's requests, which the server takes to the consumer of the same name. */
  next: (stream: string, consumer: string) =>
    `$JS.${JETSTREAM_DOMAIN}.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
  info: (stream: string, consumer: string) =>
    `$JS.${JETSTREAM_DOMAIN}.API.CONSUMER.INFO.${stream}.${consumer}`,
  acks: (stream: string, consumer: string) => `$JS.ACK.${stream}.${consumer}.>`,
  /** Where the server asks who may sign in. */
  signIn: '$SYS.REQ.USER.AUTH',
  /** Ends a connection. */
  kick: (serverId: string) => `$SYS.REQ.SERVER.${serverId}.KICK`,
} as const;
