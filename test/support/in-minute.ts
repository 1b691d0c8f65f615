import { expect } from 'vitest';
import { eventually } from './eventually.ts';

/** Resolves while some of this minute is left: one that begins before a schedule is looked at would be one more time. */
export const inMinute = (): Promise<void> =>
  eventually(() => expect(60_000 - (Date.now() % 60_000)).toBeGreaterThan(5_000));
