import type { Said } from '#shared/domain/events/said.ts';

/** Whether it may be why a step did not get on: what goes well, and what is only logged, is not. Pure. */
export function isNotable({ kind, level, status = 0, error }: Said): boolean {
  if (kind === 'navigation') return status >= 400 || error !== undefined;
  if (kind === 'console') return level === 'error' || level === 'warning';
  return true;
}
