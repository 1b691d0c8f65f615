import { type EventRow, type Rule, type StepRow, violation } from './facts.ts';

const ENDED = /^(step|cleanup)_(success|failure)$/;
const nameOf = ({ attempt, phase, index, ok }: Pick<StepRow, 'attempt' | 'phase' | 'index' | 'ok'>) =>
  `${attempt} ${phase} ${index} ${ok ? 'ok' : 'failed'}`;

/** I9: every step whose end was reported is kept with its outcome, and its picture is there; nothing else is kept as one. */
export const stepsAreKept: Rule = ({ runs, artifacts }) =>
  [...runs.values()].flatMap(({ row, events, steps }) => {
    const reported = new Set(endedSteps(events).values());
    const kept = new Set(steps.map(nameOf));
    const lost = [...reported].filter((name) => !kept.has(name));
    const unreported = [...kept].filter((name) => !reported.has(name));
    const pictures = steps.flatMap(({ screenshot_path: path }) =>
      path !== null && !artifacts.has(path) ? [path] : [],
    );
    return [
      ...(lost.length > 0 ? [violation('I9', 'steps were reported and not kept', row.id, lost)] : []),
      ...(unreported.length > 0
        ? [violation('I9', 'steps are kept that were never reported', row.id, unreported)]
        : []),
      ...(pictures.length > 0 ? [violation('I9', 'pictures are gone', row.id, pictures)] : []),
    ];
  });

/**
 * I9: every step that began has a reported end, before that of its run, also where the run's end cut it off, and where it
 * was ended by SQL alone since its machine could not be read. What a lost attempt had begun begins again.
 */
export const begunStepsEnd: Rule = ({ runs }) =>
  [...runs.values()].flatMap(({ row, events }) => {
    if (row.finished_at === null) return [];
    const open = new Set<string>();
    for (const { type, step_index } of events) {
      const [, phase, what] = STEP_EVENT.exec(type) ?? [];
      if (type === 'requeued') open.clear();
      else if (type === 'run_end') break;
      else if (what === 'start') open.add(`${phase} ${step_index}`);
      else if (what) open.delete(`${phase} ${step_index}`);
    }
    return open.size > 0 ? [violation('I9', 'a step began and has no end', row.id, [...open])] : [];
  });

const STEP_EVENT = /^(step|cleanup)_(start|success|failure)$/;

/** The last outcome of each: after a pause it may be done again. */
function endedSteps(events: readonly EventRow[]): Map<string, string> {
  let attempt = 1;
  const ended = events.flatMap(({ type, step_index, payload }) => {
    // A run that has returned to the queue since nothing of it had begun is in the same attempt.
    if (type === 'requeued') attempt = Number(payload.attempt);
    const [, phase, how] = ENDED.exec(type) ?? [];
    // One that was announced, and had not begun, is no step that was executed.
    if (phase === undefined || payload.begun === false) return [];
    const step = {
      attempt,
      phase: phase === 'step' ? ('flow' as const) : ('onCancel' as const),
      index: step_index!,
      ok: how === 'success',
    };
    return [[`${attempt} ${step.phase} ${step.index}`, nameOf(step)] as const];
  });
  return new Map(ended);
}
