/**
 * The accounts of NATS. What one says, another hears only where the server's configuration exports it: so a subscriber
 * reaches neither the services nor another subscriber, whatever reply subject it names in its requests (I11).
 */
export const ACCOUNTS = {
  /** All services, and the stream of events. */
  services: 'GHOSTLY',
  /** Subscribers that listen and publish nothing. */
  live: 'GHOSTLY_LIVE',
  /** Subscribers that read through durable consumers. They hear what is handed out to them, and acknowledge it. */
  durable: 'GHOSTLY_DURABLE',
  /** The server's own. */
  system: 'SYS',
} as const;

/** The user name by which a subscriber chooses to read through durable consumers. */
export const DURABLE_USER = 'durable';
/** That of one who listens, needed only to name projects with it. */
export const LIVE_USER = 'live';

/** The queue group in which the connections of one key share what their consumer hands out. */
export const READERS = 'readers';

export const apiSubjects = {
  /** Where a subscriber's acknowledgements go: the same subject in its account and in that of the services. */
  acks: (stream: string, consumer: string) => `$JS.ACK.${stream}.${consumer}.>`,
  /** Where the server asks who may sign in. */
  signIn: '$SYS.REQ.USER.AUTH',
  /** Ends a connection. */
  kick: (serverId: string) => `$SYS.REQ.SERVER.${serverId}.KICK`,
} as const;
