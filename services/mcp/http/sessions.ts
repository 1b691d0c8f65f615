/*
 * The open sessions. Owns them and their timers: one that is idle for too long is closed, and with too many of one user,
 * whatever keys they began with, the longest idle one of that user makes room (I13).
 */
import type { McpSession } from './session.ts';

export const SESSION_LIMITS = { all: 500, perUser: 50, idleMs: 30 * 60_000 };
export type SessionLimits = typeof SESSION_LIMITS;

export interface McpSessions {
  find(id: string): McpSession | undefined;
  /** False: there is no room for it. */
  add(session: McpSession): boolean;
  /** It was used just now. */
  touch(id: string): void;
  /** It has ended. */
  remove(id: string): void;
  closeAll(): Promise<void>;
}

interface Kept {
  session: McpSession;
  usedAt: number;
  timer: NodeJS.Timeout;
}

export function createSessions({ all, perUser, idleMs }: SessionLimits, now: () => number): McpSessions {
  const kept = new Map<string, Kept>();

  const remove = (id: string) => {
    clearTimeout(kept.get(id)?.timer);
    kept.delete(id);
  };
  const end = (session: McpSession) => {
    remove(session.id);
    void session.close();
  };
  const closeIfIdle = (id: string) => {
    const { session, timer } = kept.get(id) ?? {};
    if (session?.open === 0) end(session);
    else timer?.refresh();
  };

  return {
    find: (id) => kept.get(id)?.session,
    add(session) {
      const own = [...kept.values()].filter((one) => one.session.userId === session.userId);
      if (own.length >= perUser) {
        const [longest] = own.filter((one) => one.session.open === 0).toSorted((a, b) => a.usedAt - b.usedAt);
        if (longest === undefined) return false;
        end(longest.session);
      }
      if (kept.size >= all) return false;
      const timer = setTimeout(() => closeIfIdle(session.id), idleMs);
      kept.set(session.id, { session, usedAt: now(), timer });
      return true;
    },
    touch(id) {
      const one = kept.get(id);
      if (one === undefined) return;
      one.usedAt = now();
      one.timer.refresh();
    },
    remove,
    async closeAll() {
      await Promise.all([...kept.values()].map(({ session }) => session.close()));
    },
  };
}
