import { createHash } from 'node:crypto';

/** Whose credentials were valid when they were looked up last. Decides nothing but where the next look-up waits. */
export interface RecentCallers {
  userOf(credentials: string): string | undefined;
  note(credentials: string, userId: string): void;
  forget(credentials: string): void;
}

/** Kept by a hash: nobody can read credentials back. The `most` that were used last are known. */
export function createRecentCallers(most = 10_000): RecentCallers {
  const users = new Map<string, string>();
  const hash = (credentials: string) => createHash('sha256').update(credentials).digest('base64');
  return {
    userOf: (credentials) => users.get(hash(credentials)),
    note(credentials, userId) {
      const name = hash(credentials);
      users.delete(name);
      users.set(name, userId);
      const [oldest] = users.keys();
      if (users.size > most && oldest !== undefined) users.delete(oldest);
    },
    forget: (credentials) => void users.delete(hash(credentials)),
  };
}
