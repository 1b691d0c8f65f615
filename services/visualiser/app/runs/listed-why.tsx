import type { RunSummary } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { type Piece, textOfSentences } from '#shared/domain/words/pieces.ts';
import { say, sayListed } from '#shared/domain/words/say.ts';
import { lossOf, sayStop } from '#shared/domain/words/say-stop.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { standingOf } from '../kit/standing/standing.ts';
import { text } from '../text/text.ts';

/** What a run waits for, in the words of its own page or, until they have come, as far as its row tells; of one that is over, why it was stopped or why it failed. */
export function ListedWhy({ run }: { run: RunSummary }) {
  const { words } = text.value;
  const { cancel, status, error, steps } = run;
  if (!isFinal(status)) return <Waits run={run} />;
  if (standingOf(run) === 'lost') return <span>{lossOf(cancel?.verdict, words)}</span>;
  if (cancel) {
    const why = [stopOf(cancel), cancel.stale && lossOf(cancel.verdict, words)].filter(Boolean).join(' · ');
    return <span title={why}>{why}</span>;
  }
  if (status !== 'fail') return null;
  const failed = error ?? steps.findLast(({ ok }) => !ok)?.error;
  return (
    <span class="is-error" title={failed}>
      {failed?.split('\n', 1)[0]}
    </span>
  );
}

/** Who stopped it, and why. */
const stopOf = (cancel: NonNullable<RunSummary['cancel']>): string =>
  textOfSentences(sayStop(cancel, text.value.words).slice(0, 1));

function Waits({ run }: { run: RunSummary }) {
  const { words } = text.value;
  const { waitingFor, cancel } = run;
  const [waits] = waitingFor ? say(waitingFor, words, Date.parse(waitingFor.at ?? '')) : [];
  const stopped = cancel && stopOf(cancel);
  const listed = waits ? textOfSentences([waits]) : sayListed(run, words);
  const why = [stopped, listed].filter(Boolean).join(' · ');
  if (why === '') return null;
  return (
    <span title={why}>
      {stopped && listed ? `${stopped} · ` : stopped}
      {waits?.map(pieceIn) ?? listed}
    </span>
  );
}

/** A row is one link: it has none to other runs. */
const pieceIn = (piece: Piece, n: number) =>
  typeof piece !== 'string' && 'code' in piece ? (
    <code key={n}>{visible(piece.code)}</code>
  ) : (
    textOfSentences([[piece]])
  );
