/*
 * Announces the start and the end of a gateway's outages while a run is watched, since its stream is only silent then.
 * Owns the timer until its signal is aborted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { OUTAGE_TEXT } from '#shared/domain/words/outage-text.ts';
import { readOutages } from '../gateway/outages.ts';

const EVERY_MS = 1_000;

/** Returns at once; `say` is called with one line at a time. */
export function noteOutages(url: string, signal: AbortSignal, say: (line: string) => void): void {
  follow(url, signal, say).catch(() => undefined); // aborted
}

async function follow(url: string, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  let announced: ReadonlyMap<keyof typeof OUTAGE_TEXT, string[]> = new Map();
  for (;;) {
    await delay(EVERY_MS, undefined, { signal });
    const now = await readOutages(url, signal);
    signal.throwIfAborted();
    if (!now) continue;
    for (const [name, lines] of now) if (!announced.has(name)) lines.forEach(say);
    for (const name of announced.keys()) if (!now.has(name)) say(OUTAGE_TEXT[name].over);
    announced = now;
  }
}
