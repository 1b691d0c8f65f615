import type { StepSpan } from '#shared/domain/story/history.ts';
import { text } from '../../text/text.ts';
import { openFlowAt } from '../flow/open-flow.ts';

/** For a selector that matched nothing: the nearest that exist, and the way to the line where it is written. */
export function NearestSelectors({ id, step }: { id: string; step: StepSpan }) {
  const { run } = text.value;
  const { outcome, phase, index, reason } = step;
  const nearest = nearestOf(step);
  if (outcome !== 'failed' || phase !== 'flow' || (reason !== 'element_missing' && nearest.length === 0))
    return null;
  return (
    <div class="nearest">
      {nearest.length > 0 && (
        <p>
          {run.nearest}{' '}
          {nearest.map((selector) => (
            <code key={selector}>{selector}</code>
          ))}
        </p>
      )}
      <button type="button" class="button compact" onClick={() => openFlowAt(id, index)}>
        {run.editStep}
      </button>
    </div>
  );
}

/** Runs of runners that do not look for them have none. */
const nearestOf = (
  step: StepSpan & { facts?: { nearest?: readonly string[] | undefined } },
): readonly string[] => step.facts?.nearest ?? [];
