import { isFinal } from '#shared/domain/run/status.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { standingOf } from '../kit/standing/standing.ts';
import { formatOffset } from '../text/duration.ts';
import { text } from '../text/text.ts';
import type { Looked } from './looked.ts';

/** What has changed, for those who listen: how the run stands and in which step, how it ended, or that this is the past. */
export function RunStatus(looked: Looked) {
  return (
    <p class="sr" role="status" data-run-status>
      {statusText(looked)}
    </p>
  );
}

function statusText({ run, events, seq, newest, moment, startedAt, isLive }: Looked): string {
  const { run: words, standing, words: sentences } = text.value;
  if (!isLive) {
    const last = events.at(-1)?.seq ?? 0;
    return `${words.past} ${words.pastAt(seq, last, formatOffset(moment.at - startedAt).slice(1))}`;
  }
  const stands = standing[standingOf(run)];
  if (isFinal(run.status)) {
    const said = sayEnd(run, newest, sentences).sentences.slice(0, 1);
    return `${stands}. ${textOfSentences(said)}`;
  }
  const step = newest.steps.at(-1);
  return step?.outcome === 'running' ? `${stands}. ${step.index + 1}. ${describeStep(step.step)}` : stands;
}
