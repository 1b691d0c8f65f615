import { createHash } from 'node:crypto';

/** How much later than its pattern says a schedule starts: within its window, ms; the same each time, and others for others. */
export function offsetWithin(id: string, windowMs: number): number {
  if (windowMs === 0) return 0;
  const drawn = createHash('sha256').update(id).digest().readUIntBE(0, 6);
  return drawn % windowMs;
}
