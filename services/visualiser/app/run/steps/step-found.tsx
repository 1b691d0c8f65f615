import type { StepSpan } from '#shared/domain/story/history.ts';
import { onDemand } from '../../kit/on-demand.tsx';
import { text } from '../../text/text.ts';
import { showResult } from '../results/result-id.ts';

const DifferenceLines = onDemand(async () => (await import('./difference-lines.tsx')).DifferenceLines);

interface StepFoundProps {
  step: StepSpan;
  /** What was found is among the results of the run. */
  isKept: boolean;
}

/** What a step has found: what differs from its expectation, or a result, which is shown in full elsewhere. */
export function StepFound({ step: { outcome, expectation, result }, isKept }: StepFoundProps) {
  const { run } = text.value;
  const { name } = result ?? {};
  return (
    <>
      {outcome === 'failed' && expectation && (
        <DifferenceLines expected={expectation.expected} found={expectation.found} />
      )}
      {name !== undefined && isKept && (
        <button type="button" class="more" onClick={() => showResult(name)}>
          {run.result} <bdi>{name}</bdi>
        </button>
      )}
    </>
  );
}
