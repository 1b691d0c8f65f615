import type { Config } from './config.ts';

/** How a process reaches PostgreSQL. */
export interface DatabaseAddress {
  /** The URL for statements and transactions. */
  url: string;
  /** `url` leads to a pooler, which gives a server connection to one transaction at a time. */
  pooled: boolean;
  /** The server itself: for what lasts longer than a transaction, i.e. session locks, migrations and who is connected. */
  sessionUrl: string;
}

export function databaseAddress(
  config: Pick<Config, 'DATABASE_URL' | 'DATABASE_SESSION_URL'>,
): DatabaseAddress {
  const { DATABASE_URL: url, DATABASE_SESSION_URL: sessionUrl } = config;
  return { url, pooled: sessionUrl !== undefined, sessionUrl: sessionUrl ?? url };
}
