/** Values in place of what the manifests take from secrets. */
export const SECRETS: Record<string, string> = {
  DATABASE_URL: 'postgres://u:p@h/d',
  DATABASE_SESSION_URL: 'postgres://u:p@h/d',
  NATS_URL: 'nats://h:4222',
  GHOSTLY_SEAL_KEY: 'A'.repeat(43),
  GHOSTLY_SEAL_PUBLIC_KEY: 'A'.repeat(43),
  GHOSTLY_JWT_SECRET: 'only for tests, but it is long enough',
};

/** What comes after the drain and the cancels: publishing, closing, the last lines of the log, and some room. */
export const CLOSING_MS = 10_000;
