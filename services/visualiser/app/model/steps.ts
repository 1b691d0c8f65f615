import { meaningOf } from '#shared/run/states.ts';
import { type RunEvent, timeOf } from './history.ts';

export interface StepAt {
  /** Which of the flow's steps, from 0; of those that clean up, which of them. */
  index: number;
  phase: 'flow' | 'onCancel';
  attempt: number;
  outcome: 'running' | 'ok' | 'failed' | 'interrupted';
  /** As the event tells it, fill values hidden. */
  step: Record<string, unknown>;
  startSeq: number;
  startedAt: number;
  endSeq?: number;
  endedAt?: number;
  error?: string;
  screenshot?: string;
}

const STEP_EVENT = /^(step|cleanup)_(start|success|failure)$/;

/** The steps that had begun by the last of these events, in the order of their beginning. */
export function stepsAfter(events: readonly RunEvent[]): StepAt[] {
  const steps: StepAt[] = [];
  let attempt = 1;
  for (const event of events) {
    const { type, payload, stepIndex } = event;
    if (type === 'requeued') {
      closeOpen(steps, event);
      attempt = Number(payload.attempt ?? attempt + 1);
    } else if (type === 'run_end') closeOpen(steps, event);
    else if (type === 'transition') closeLeft(steps, event);
    const [, prefix, what] = STEP_EVENT.exec(type) ?? [];
    if (prefix === undefined || stepIndex === undefined) continue;
    const phase = prefix === 'step' ? 'flow' : 'onCancel';
    if (what === 'start') {
      const step = (payload.step ?? {}) as StepAt['step'];
      const started = { startSeq: event.seq, startedAt: timeOf(event) };
      steps.push({ index: stepIndex, phase, attempt, outcome: 'running', step, ...started });
      continue;
    }
    const open = steps.findLast((step) => step.phase === phase && step.index === stepIndex);
    if (open) end(open, outcomeOf(what, payload), event);
  }
  return steps;
}

function outcomeOf(what: string | undefined, payload: RunEvent['payload']): StepAt['outcome'] {
  if (what === 'success') return 'ok';
  return payload.interrupted === true ? 'interrupted' : 'failed';
}

function end(step: StepAt, outcome: StepAt['outcome'], event: RunEvent): void {
  const { error, screenshotPath } = event.payload;
  step.outcome = outcome;
  step.endSeq = event.seq;
  step.endedAt = timeOf(event);
  if (typeof error === 'string') step.error = error;
  if (typeof screenshotPath === 'string') step.screenshot = screenshotPath;
}

/** What had not ended when the attempt was over never will. */
function closeOpen(steps: StepAt[], event: RunEvent): void {
  for (const step of steps)
    if (step.outcome === 'running') end(step, 'interrupted', { ...event, payload: {} });
}

/** No step goes on in a state that has none of its phase. */
function closeLeft(steps: StepAt[], event: RunEvent): void {
  const { step } = meaningOf(String(event.payload.to));
  closeOpen(
    steps.filter(({ phase }) => phase !== step),
    event,
  );
}

/** How many of the flow's steps were done in the current attempt, and whether one failed. */
export function stepsAt({ steps, attempt }: { steps: StepAt[]; attempt: number }): {
  done: number;
  failed: boolean;
} {
  const own = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt);
  return {
    done: own.filter(({ outcome }) => outcome === 'ok').length,
    failed: own.some(({ outcome }) => outcome === 'failed'),
  };
}

const words = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') : value === undefined ? '' : String(value);

/** What a step does, without its verb: its selector, its address, its key. */
export function objectOf({ action, selector, url, key, value, files }: Record<string, unknown>): string {
  if (action === 'goto') return words(url);
  if (action === 'press') return words(key);
  if (action === 'selectOption') return `${words(selector)} = ${words(value)}`;
  if (action === 'setInputFiles') return `${words(selector)} ← ${words(files)}`;
  return words(selector);
}
