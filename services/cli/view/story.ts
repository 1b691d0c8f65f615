/*
 * Turns a run's entries into lines for people. Owns the state needed for durations: the start of the run and the step in
 * progress. Does not own colours and columns.
 */
import type { StreamEntry } from '#shared/events/entries.ts';
import type { EventOf } from '#shared/events/events.ts';
import { neverBegan } from '#shared/events/never-began.ts';
import { type ReadEvent, readEvent } from '#shared/events/read-event.ts';
import { describeStep } from '#shared/events/step-text.ts';
import { type Outcome, outcomeOfEnd, RUNNER_LOST } from '#shared/run/outcome.ts';
import { meaningOf, QUEUED } from '#shared/run/states.ts';
import type { CancelSource } from '#shared/run/status.ts';
import { plainText } from './plain-text.ts';

/** How a step is told to have ended. */
export type StepLineResult = 'ok' | 'failed' | 'interrupted' | 'not begun';

/** `atMost`: the step's events were stored together, so that only a bound of its duration is known. `atMs` counts from the run's acceptance; `seq` is missing for what has none. */
export type StoryLine = { atMs: number; seq?: number } & (
  | { kind: 'state'; text: string }
  | { kind: 'begun'; text: string }
  | {
      kind: 'step';
      text: string;
      result: StepLineResult;
      ms: number;
      atMost?: true;
      error?: string;
    }
  | { kind: 'end'; outcome: Outcome; why?: string }
);

export type Story = (entry: StreamEntry) => StoryLine[];

const SOURCES: Partial<Record<string, string>> = {
  user: 'by a user',
  supervisor: 'by the supervisor',
  shutdown: 'by a runner that shut down',
} satisfies Record<CancelSource, string>;

const clean = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : plainText(text);

/** The name of a state for people; the substates of a running state count as one. */
const nameOf = (state: string): string => (state.startsWith('running.') ? state.split('.')[1]! : state);

/** What has been told so far, as far as it matters for what comes. */
interface Told {
  startedAt?: number;
  /** The step that is being done. */
  open?: { text: string; at: number } | undefined;
  /** When the current events were stored, and the ones before. */
  stored?: { at: number; before: number };
}

export const createStory = (): Story => {
  const told: Told = {};
  return (entry) => {
    if (entry.kind === 'end') return [];
    if (entry.kind === 'status') {
      // A watcher that connects later gets the current status first, which is not the beginning of the run.
      const isBeginning = entry.status === 'running' && told.startedAt === undefined;
      return isBeginning ? [{ ...place(told, entry.at), kind: 'state', text: nameOf(QUEUED) }] : [];
    }
    const at = Date.parse(entry.at);
    if (told.stored?.at !== at) told.stored = { at, before: told.stored?.at ?? at };
    return tell(told, readEvent(entry));
  };
};

const place = (told: Told, at: string, seq?: number) => {
  const time = Date.parse(at);
  told.startedAt ??= time;
  return { atMs: Math.max(0, time - told.startedAt), ...(seq !== undefined && { seq }) };
};

const tell = (told: Told, event: ReadEvent): StoryLine[] => {
  switch (event.type) {
    case 'transition':
      return transition(told, event);
    case 'step_start': {
      const text = plainText(describeStep(event.payload.step));
      told.open = { text, at: Date.parse(event.at) };
      return [{ ...place(told, event.at, event.seq), kind: 'begun', text }];
    }
    case 'step_success':
      return stepDone(told, event, 'ok', clean(event.payload.error));
    case 'step_failure':
      if (neverBegan(event)) return stepDone(told, event, 'not begun');
      return event.payload.interrupted
        ? stepDone(told, event, 'interrupted')
        : stepDone(told, event, 'failed', clean(event.payload.error));
    case 'notice':
      return [state(told, event, event.payload.text)];
    case 'run_end':
      return [end(told, event)];
    case 'cancel':
    case 'cleanup_start':
    case 'cleanup_success':
    case 'cleanup_failure':
    case 'requeued':
      return [state(told, event, event.type)];
    case 'unknown':
      return [state(told, event, event.name)];
  }
};

const state = (told: Told, { at, seq }: ReadEvent, text: string): StoryLine => ({
  ...place(told, at, seq),
  kind: 'state',
  text: plainText(text),
});

const stepDone = (
  told: Told,
  { at, seq }: ReadEvent,
  result: StepLineResult,
  error?: string,
): StoryLine[] => {
  if (told.open === undefined) return [];
  const { text, at: begun } = told.open;
  told.open = undefined;
  // The runner's errors begin with the step, which is on the line already.
  const why = error?.startsWith(`${text}: `) ? error.slice(text.length + 2) : error;
  const ms = Date.parse(at) - begun;
  const duration =
    ms > 0 ? { ms } : ({ ms: Date.parse(at) - (told.stored?.before ?? begun), atMost: true } as const);
  const line = { ...place(told, at, seq), kind: 'step', text, result, ...duration } as const;
  return [why === undefined ? line : { ...line, error: why }];
};

const transition = (told: Told, event: EventOf<'transition'>): StoryLine[] => {
  const { from, to } = event.payload;
  if (nameOf(from) === nameOf(to)) return [];
  // While aborting, the interrupted call may still end by itself.
  const interrupted = meaningOf(to).step === 'flow' ? [] : stepDone(told, event, 'interrupted');
  if (to === 'pass' || to === 'fail') return interrupted; // run_end has the details
  return [...interrupted, state(told, event, nameOf(to))];
};

const end = (told: Told, { at, seq, payload }: EventOf<'run_end'>): StoryLine => {
  const { cancelled, source, staleAfterRestart } = payload;
  const outcome = outcomeOfEnd(payload);
  const stale = staleAfterRestart ? `, ${RUNNER_LOST}` : '';
  const because = payload.reason === undefined ? '' : `: ${plainText(payload.reason)}`;
  const who = source === undefined ? '' : (SOURCES[source] ?? `by ${plainText(source)}`);
  const why =
    outcome === 'lost' ? RUNNER_LOST : cancelled ? `${who}${stale}${because}` : clean(payload.error);
  return { ...place(told, at, seq), kind: 'end', outcome, ...(why && { why }) };
};
