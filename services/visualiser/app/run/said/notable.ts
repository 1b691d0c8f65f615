import type { Said } from '#shared/domain/events/said.ts';

/** Whether it may be why a step did not get on: what goes well, and what is only logged, is not. */
export function isNotable({ kind, level, status = 0, error }: Said): boolean {
  if (kind === 'navigation') return status >= 400 || error !== undefined;
  if (kind === 'console') return level === 'error' || level === 'warning';
  return true;
}

/** The colour of what a page said. */
export function toneOfSaid(said: Said): 'fail' | 'warning' | 'quiet' {
  const { kind, level, pending } = said;
  if (kind === 'console') return level === 'error' ? 'fail' : level === 'warning' ? 'warning' : 'quiet';
  if (kind === 'request') return pending ? 'warning' : 'fail';
  if (kind === 'error' || kind === 'crash') return 'fail';
  return kind === 'navigation' && isNotable(said) ? 'fail' : 'quiet';
}
