/* What is said of two runs beside each other, in English. What stands in braces is put in, by `say-comparison.ts`. */
import type { ComparedEnd, Way } from '#shared/domain/story/compare.ts';

export const englishComparison = {
  first: '{step} is the first that differs: {ways}.',
  otherwise: '{step} is the first that went otherwise: {ways}.',
  earlier: '{step} differs before it: {ways}.',
  none: 'No step differs.',
  /** `among`: so many were looked at, and older ones were not. */
  unpassed: (among: number | undefined) =>
    among === undefined
      ? 'No run like it has passed before'
      : `None like it among those looked at (${among})`,
  ways: {
    does: 'it does {does} instead of {didThere}',
    added: 'the other run has no such step',
    missing: 'this run has no such step',
    unreached: 'this run has not come to it',
    outcome: 'it {end}, and {endThere} in the other run',
    said: 'its page said {said}',
    slower: 'it took {took} instead of {tookThere}',
  } satisfies Record<Way, string>,
  settings: 'it is the same step with other settings',
  ends: {
    running: 'is under way',
    ok: 'was done',
    failed: 'failed',
    interrupted: 'was interrupted',
    unbegun: 'was not begun',
    skipped: 'was skipped',
    optional: 'failed as an optional one',
  } satisfies Record<ComparedEnd, string>,
  quoted: '“{said}”',
  instead: '“{said}” (in the other run: {instead})',
  more: (count: number) => ` and ${count} more`,
  longer: (time: string) => `${time} longer`,
  shorter: (time: string) => `${time} shorter`,
  asLong: 'as long',
  versions: (there: number, here: number) => `The flow has changed: version ${there} → ${here}.`,
  otherSteps: 'The two have not done the same steps.',
  sites: 'The other run was on {site}.',
  left: 'It ended on {url}{title}; the other run on {urlThere}{titleThere}.',
  lastDocument: 'Its last document was {url}; that of the other run, {urlThere}.',
};
export type ComparisonWords = typeof englishComparison;
