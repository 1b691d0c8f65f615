import type { RunSummary } from '#shared/api/client/index.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { runNameOf } from '../../kit/standing/standing.ts';
import type { Fate, Fates } from './fates.ts';
import { cancelRunsWords } from './words.ts';

/** So many are named. */
const SHOWN = 200;

/** The runs of a cancel, and what became of each; first those that were not cancelled. */
export function FateList({ runs, fates }: { runs: readonly RunSummary[]; fates: Fates }) {
  const words = cancelRunsWords.value;
  const ordered = runs.toSorted((a, b) => urgency(fates.get(a.id)) - urgency(fates.get(b.id)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
    <ul class="fates" aria-label={words.runs} tabIndex={0}>
      {ordered.slice(0, SHOWN).map((run) => (
        <li key={run.id} data-fate={fates.get(run.id)?.fate}>
          <code>{shortId(run.id)}</code> <bdi class="fate-name">{runNameOf(run)}</bdi>{' '}
          <span class="fate-text">{fateText(fates.get(run.id))}</span>
        </li>
      ))}
      {ordered.length > SHOWN && <li class="soft">{words.more(ordered.length - SHOWN)}</li>}
    </ul>
  );
}

const URGENT: ReadonlySet<Fate['fate'] | undefined> = new Set(['refused', 'unrecorded', 'unknown']);
const urgency = (fate: Fate | undefined): number => (URGENT.has(fate?.fate) ? 0 : 1);

function fateText(fate: Fate | undefined): string {
  const words = cancelRunsWords.value;
  if (fate === undefined) return '';
  if (fate.fate === 'ended') return words.endedAs[fate.outcome];
  return fate.fate === 'refused' ? words.notCancelled(fate.error) : words.fates[fate.fate];
}
