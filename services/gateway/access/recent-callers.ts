import { createHash } from 'node:crypto';
import { RecentMap } from '#shared/platform/async/recent-map.ts';

/** Whose credentials were valid when they were looked up last. Decides nothing but where the next look-up waits. */
export interface RecentCallers {
  userOf(credentials: string): string | undefined;
  note(credentials: string, userId: string): void;
  forget(credentials: string): void;
}

/** Kept by a hash: nobody can read credentials back. The `most` that were used last are known. */
export function createRecentCallers(most = 10_000): RecentCallers {
  const users = new RecentMap<string, string>({ most, since: 'set' });
  const hash = (credentials: string) => createHash('sha256').update(credentials).digest('base64');
  return {
    userOf: (credentials) => users.get(hash(credentials)),
    note: (credentials, userId) => users.set(hash(credentials), userId),
    forget: (credentials) => users.delete(hash(credentials)),
  };
}
