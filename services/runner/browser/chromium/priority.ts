/*
 * What a page makes its browser do gives way to the runner, which renews the leases of all of its runs, and to the
 * servers beside it, however many processes the browser has (I13). Priorities are only lowered, which needs no rights.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { spreadMs } from '#shared/platform/async/backoff.ts';

/** Gives the higher one of two that want the same core about three times as much of it. */
export const LOWER_BY = 5;
const LOWEST = 19;
/** A browser is walked until nothing new is found, so often at most: it may be starting something meanwhile. */
const MOST_WALKS = 3;
/** Wait for a session: a kernel lets plain users change one each 100 ms, all of them together. */
const SESSION_RETRY_MS = 150;
const SESSION_TRIES = 5;

const HAS_PROC = process.platform === 'linux';

const lowered = (): number => Math.min(LOWEST, getPriority() + LOWER_BY);

/**
 * Lowers the priority of a browser that has just started, and of its processes, which later ones inherit; without /proc of
 * the browser alone. Never rejects: a browser that ends meanwhile needs no priority.
 */
export async function giveWay(browser: number): Promise<void> {
  const known = new Set<number>();
  for (let walk = 0; walk < MOST_WALKS; walk += 1) {
    const found = (await threadsOf(browser)).filter((thread) => !known.has(thread));
    if (found.length === 0) break;
    for (const thread of found) {
      known.add(thread);
      lower(thread);
    }
  }
  void lowerSession(browser);
}

/** Lowers a process that has just started, and has nothing but its first thread. */
export function lower(pid: number | undefined): void {
  if (pid === undefined) return; // it did not start
  try {
    if (getPriority(pid) < lowered()) setPriority(pid, lowered());
  } catch {
    // It is gone, or another user's, and was started so.
  }
}

/** The threads of a process and of all that it has started. Linux has a priority for each thread. */
async function threadsOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => (HAS_PROC ? [] : [String(pid)]));
  const below = threads.map(async (thread) => {
    const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '');
    const found = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(threadsOf));
    return [Number(thread), ...found.flat()];
  });
  return (await Promise.all(below)).flat();
}

/**
 * A kernel with autogroups shares the cores among sessions first, and each browser is one: it would get as much as all
 * services that were started together. Never rejects.
 */
async function lowerSession(pid: number): Promise<void> {
  for (let left = SESSION_TRIES; left > 0; left -= 1) {
    const [own, theirs] = await Promise.all(['self', pid].map(sessionOf));
    if (theirs === undefined || theirs === own) return;
    const written = writeFile(`/proc/${pid}/autogroup`, String(lowered()));
    const code = await written.then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code !== 'EAGAIN') return;
    await delay(spreadMs(SESSION_RETRY_MS), undefined, { ref: false });
  }
}

/** Its name: `/autogroup-<number> nice <priority>` is what the file says. */
async function sessionOf(pid: number | string): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/autogroup`, 'utf8').catch(() => undefined);
  return text?.split(' ')[0];
}
