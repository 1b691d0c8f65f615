/**
 * The NATS accounts. A message crosses from one account to another only where the server's configuration exports it:
 * so a subscriber reaches neither the services nor another subscriber, whatever reply subject its requests name
 * (I11).
 */
export const ACCOUNTS = {
  /** All services, and the stream of events. */
  services: 'GHOSTLY',
  /** Runners and gateways, with the pictures of pages that are watched live; nothing of it is exported. */
  frames: 'GHOSTLY_FRAMES',
  /** Subscribers with plain subscriptions; they publish nothing. */
  live: 'GHOSTLY_LIVE',
  /** Subscribers with durable consumers. They receive what is delivered to them, and acknowledge it. */
  durable: 'GHOSTLY_DURABLE',
  /** The server's own. */
  system: 'SYS',
} as const;

/** The user with the same password that has the pictures of pages. */
export const framesUserOf = (serviceUser: string): string => `${serviceUser}_frames`;

/** The user name with which a subscriber asks for durable consumers. */
export const DURABLE_USER = 'durable';
/** The user name for plain subscriptions, needed only to name projects with it. */
export const LIVE_USER = 'live';

/** The queue group in which the connections of one key share the deliveries of their consumer. */
export const READERS = 'readers';

export const apiSubjects = {
  /** Where a subscriber's acknowledgements go: the same subject in its account and in that of the services. */
  acks: (stream: string, consumer: string) => `$JS.ACK.${stream}.${consumer}.>`,
  /** The server's sign-in requests (auth callout). */
  signIn: '$SYS.REQ.USER.AUTH',
  /** Ends a connection. */
  kick: (serverId: string) => `$SYS.REQ.SERVER.${serverId}.KICK`,
} as const;
