import type { Said } from '#shared/domain/events/said.ts';
import { isNotable } from '#shared/domain/story/notable.ts';

/** The colour of what a page said. */
export function toneOfSaid(said: Said): 'fail' | 'warning' | 'quiet' {
  const { kind, level, pending } = said;
  if (kind === 'console') return level === 'error' ? 'fail' : level === 'warning' ? 'warning' : 'quiet';
  if (kind === 'request') return pending ? 'warning' : 'fail';
  if (kind === 'error' || kind === 'crash') return 'fail';
  return kind === 'navigation' && isNotable(said) ? 'fail' : 'quiet';
}
