/** Why a runner claims nothing now: what it says itself with each heartbeat, in English. */
export const UNAVAILABLE = {
  starting: 'it is starting',
  full: 'all its slots are taken',
  draining: 'it is about to leave',
  no_browser: 'no browser starts here',
  no_egress: 'its egress proxy is down',
  no_session: 'its database session is lost',
  slow_database: 'what it stores waits for the database',
} as const;
export type UnavailableCode = keyof typeof UNAVAILABLE;
