import { text } from '../../text/text.ts';

interface StepsMeterProps {
  done: number;
  failed: boolean;
  /** All steps of the flow; undefined if they are not known. */
  all: number | undefined;
}

export function StepsMeter({ done, failed, all: known }: StepsMeterProps) {
  const all = known ?? done + Number(failed);
  const share = (steps: number) => `${(all === 0 ? 0 : Math.min(1, steps / all) * 100).toFixed(1)}%`;
  return (
    <span class="meter" title={text.value.runs.stepsOf(done, all)}>
      <span class="meter-bar" aria-hidden="true">
        <span class="meter-done" style={{ width: share(done) }} />
        {failed && <span class="meter-failed" style={{ width: share(1) }} />}
      </span>
      <span class="meter-text">
        {done}/{known ?? '?'}
      </span>
    </span>
  );
}
