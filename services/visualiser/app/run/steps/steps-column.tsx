import { useEffect, useState } from 'preact/hooks';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { countSteps } from '#shared/domain/story/moment.ts';
import { StepsMeter } from '../../kit/standing/steps-meter.tsx';
import { client } from '../../session/session.ts';
import { text } from '../../text/text.ts';
import type { Looked } from '../looked.ts';
import { StepList } from './step-list.tsx';

/** The steps of a run, the one of the moment in view; how many are done stands above them. */
export function StepsColumn({ onConsole, ...looked }: Looked & { onConsole(): void }) {
  const { run, moment, newest, isLive, onMove } = looked;
  const { id, stepCount, forkedFrom } = run;
  const begins = forkedFrom?.step ?? 0;
  const own = stepCount === undefined ? undefined : stepCount - begins;
  const isAllBegun = own !== undefined && countSteps(newest).begun >= own;
  const edits = newest.pauses.filter(({ resumed }) => resumed?.edited).length;
  const plan = useFlowSteps(id, begins > 0 || !isAllBegun, edits);
  return (
    <section class="card desk-steps" aria-labelledby="steps-title">
      <header class="desk-head">
        <h2 id="steps-title">{text.value.run.stepList}</h2>
        <StepsMeter {...countSteps(moment)} all={own} />
      </header>
      <StepList {...{ id, moment, newest, plan, stepCount, begins, isLive, onMove, onConsole }} />
    </section>
  );
}

/** The steps of a run's flow, read once they are wanted, and after each edit; undefined until then, and if they cannot be read. */
function useFlowSteps(id: string, isWanted: boolean, edits: number): readonly EventStep[] | undefined {
  const [steps, setSteps] = useState<readonly EventStep[] | undefined>(undefined);
  useEffect(() => {
    if (!isWanted) return;
    const leaving = new AbortController();
    client.value.flow(id, { signal: leaving.signal }).then(
      ({ flow, login = [] }) =>
        setSteps(Array.isArray(flow.steps) ? ([...login, ...flow.steps] as EventStep[]) : undefined),
      () => undefined, // how many are ahead is known without it
    );
    return () => leaving.abort();
  }, [id, isWanted, edits]);
  return steps;
}
