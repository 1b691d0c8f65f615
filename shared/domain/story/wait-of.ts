/* What a run waits for, as far as its row or its events alone tell. Pure. */
import { RUNG_WAITS } from '#shared/domain/run/meaning.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import { isFinal, type Status } from '#shared/domain/run/status.ts';
import type { PauseSpan, StepQuestion, StepSpan } from './history.ts';
import type { Moment } from './moment.ts';
import { openPause } from './pauses.ts';
import { type StoppingWait, WAIT_TRAITS } from './waits.ts';

/** A row, as far as what it waits for depends on it. */
interface Standing {
  /** The one that is shown: a run whose cancel is recorded is being stopped, wherever its machine is. */
  status: Status;
  state: string;
  owner?: string | null | undefined;
  ownerLost?: boolean | undefined;
}

/** Undefined of a run that is final, and in a state of another version. */
export function waitOf(run: Standing) {
  if (isFinal(run.status)) return undefined;
  if (run.status === 'cancelling') return stoppingWaitOf(run);
  const wait = flowWaitIn(run.state);
  // Claimed, and nothing is stored of that yet: its owner launches it.
  return wait === 'runner' && run.owner ? 'browser' : wait;
}

export function stoppingWaitOf({ state, owner, ownerLost }: Omit<Standing, 'status'>): StoppingWait {
  if (!owner) return 'supervisor_no_runner';
  if (ownerLost) return 'supervisor_runner_lost';
  const { waitsFor, rung } = meaningOf(state);
  if (rung) return RUNG_WAITS[rung];
  return waitsFor ? 'delivery' : 'machine';
}

/** What is known from the events alone, until it is asked what the run waits for. */
export function waitAt(moment: Moment) {
  const { state, steps, visits } = moment;
  const { rung, step: phase } = meaningOf(state);
  const code = rung ? RUNG_WAITS[rung] : openWaitAt(moment, flowWaitIn(state));
  if (code === undefined || WAIT_TRAITS[code].knownBy !== 'events') return undefined;
  const since = iso(visits.at(-1)!.entered.at);
  const step = steps.at(-1);
  if (code === 'answer') return { code, since, ...(step?.question && askedOf(step, step.question)) };
  if (code === 'resume') return { code, since, ...pausedOf(openPause(moment)) };
  if (code !== 'step') return { code, since };
  if (step?.outcome !== 'running') return undefined;
  const { action, selector, url, timeoutMs } = step.step;
  return {
    code,
    step: step.index,
    phase,
    since: iso(step.began.at),
    ...(action !== undefined && { action }),
    ...(selector !== undefined && { selector }),
    ...(url !== undefined && { url }),
    ...(timeoutMs !== undefined && { until: iso(step.began.at + timeoutMs), leadsTo: 'fail' as const }),
  };
}

/** A run that is parked, or about to be, waits for what is open. */
function openWaitAt(moment: Moment, wait: ReturnType<typeof flowWaitIn>) {
  if (wait !== 'sealing' && wait !== 'person') return wait;
  return openPause(moment) ? 'resume' : 'answer';
}

/** What a step asks a person, and what follows if nobody answers. */
const askedOf = ({ index }: StepSpan, { text, fields, until, onTimeout }: StepQuestion) => ({
  step: index,
  phase: 'flow' as const,
  question: { text, fields },
  until,
  leadsTo: onTimeout === 'fail' ? ('fail' as const) : ('next_step' as const),
});

/** Why it is paused, and what follows if nobody lets it go on. */
const pausedOf = (pause: PauseSpan | undefined) =>
  pause && {
    step: pause.stepIndex,
    phase: 'flow' as const,
    paused: {
      why: pause.why,
      text: pause.text,
      ...(pause.userId !== undefined && { userId: pause.userId }),
    },
    until: pause.until,
    leadsTo: 'fail' as const,
  };

/** A run is in one of the states inside of `steps`, never in that alone. */
function flowWaitIn(state: string) {
  const { waitsFor } = meaningOf(state);
  return waitsFor === 'steps' ? undefined : waitsFor;
}

const iso = (ms: number): string => new Date(ms).toISOString();
