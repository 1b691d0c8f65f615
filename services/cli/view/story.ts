/*
 * Turns a run's entries into what a person wants to know of them, one line each. Owns what it takes to tell durations:
 * when the run began and the step that is being done. Knows nothing of colours and columns.
 */
import type { AssistEntry, StreamEntry } from '#shared/events/stream.ts';
import { meaningOf, QUEUED } from '#shared/run/states.ts';
import { plainText } from './plain-text.ts';
import { describeStep } from './step-text.ts';

export type Outcome = 'pass' | 'fail' | 'cancelled';

/** `atMost`: the step's events were stored together, so that only a bound of its duration is known. `atMs` counts from the run's acceptance; `seq` is missing for what has none. */
export type StoryLine = { atMs: number; seq?: number } & (
  | { kind: 'state'; text: string }
  | { kind: 'begun'; text: string }
  | {
      kind: 'step';
      text: string;
      result: 'ok' | 'failed' | 'interrupted';
      ms: number;
      atMost?: true;
      error?: string;
    }
  | { kind: 'end'; outcome: Outcome; why?: string }
);

export type Story = (entry: StreamEntry) => StoryLine[];

const SOURCES: Record<string, string> = {
  user: 'by a user',
  supervisor: 'by the supervisor',
  shutdown: 'by a runner that shut down',
};

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? plainText(value) : undefined;

/** How a state is told: of those in which the flow goes on, without the status, and whatever is in it is one. */
const nameOf = (state: string): string => (state.startsWith('running.') ? state.split('.')[1]! : state);

export const createStory = (): Story => {
  let startedAt: number | undefined;
  let open: { text: string; at: number } | undefined;
  /** When the events of now were stored, and those before them. */
  let stored: { at: number; before: number } | undefined;

  const stepDone = (
    { at, seq }: AssistEntry,
    result: 'ok' | 'failed' | 'interrupted',
    error?: string,
  ): StoryLine[] => {
    if (open === undefined) return [];
    const { text, at: begun } = open;
    open = undefined;
    // The runner's errors begin with what was tried, which stands on the line already.
    const why = error?.startsWith(`${text}: `) ? error.slice(text.length + 2) : error;
    const ms = Date.parse(at) - begun;
    const duration =
      ms > 0 ? { ms } : ({ ms: Date.parse(at) - (stored?.before ?? begun), atMost: true } as const);
    return [
      {
        ...place(at, seq),
        kind: 'step',
        text,
        result,
        ...duration,
        ...(why !== undefined && { error: why }),
      },
    ];
  };

  const place = (at: string, seq?: number) => {
    const time = Date.parse(at);
    startedAt ??= time;
    return { atMs: Math.max(0, time - startedAt), ...(seq !== undefined && { seq }) };
  };

  const transition = (entry: AssistEntry): StoryLine[] => {
    const { from, to } = entry.payload;
    if (typeof from !== 'string' || typeof to !== 'string') return [];
    if (nameOf(from) === nameOf(to)) return [];
    // The call that a cancel interrupts may still end by itself, as long as the abort goes on.
    const interrupted = meaningOf(to).step === 'flow' ? [] : stepDone(entry, 'interrupted');
    if (to === 'pass' || to === 'fail') return interrupted; // its run_end says more
    return [...interrupted, { ...place(entry.at, entry.seq), kind: 'state', text: plainText(nameOf(to)) }];
  };

  const end = ({ at, seq, payload }: AssistEntry): StoryLine[] => {
    const { status, cancelled, source, reason, staleAfterRestart } = payload;
    const outcome = cancelled === true ? 'cancelled' : status === 'pass' ? 'pass' : 'fail';
    const stale = staleAfterRestart === true ? ', its runner was gone' : '';
    const because = textOf(reason) === undefined ? '' : `: ${textOf(reason)}`;
    const who = typeof source === 'string' ? (SOURCES[source] ?? `by ${plainText(source)}`) : '';
    const error = textOf(payload.error);
    const why = outcome === 'cancelled' ? `${who}${stale}${because}` : error;
    return [{ ...place(at, seq), kind: 'end', outcome, ...(why !== undefined && why !== '' && { why }) }];
  };

  return (entry) => {
    if (entry.kind === 'end') return [];
    if (entry.kind === 'status') {
      // Whoever comes later is told the status of now first: the run has not begun with that.
      const isBeginning = entry.status === 'running' && startedAt === undefined;
      return isBeginning ? [{ ...place(entry.at), kind: 'state', text: nameOf(QUEUED) }] : [];
    }
    const { type, at, seq, payload } = entry;
    const now = Date.parse(at);
    if (stored?.at !== now) stored = { at: now, before: stored?.at ?? now };
    if (type === 'transition') return transition(entry);
    if (type === 'run_end') return end(entry);
    const notice = type === 'notice' ? textOf(payload.text) : undefined;
    if (notice !== undefined) return [{ ...place(at, seq), kind: 'state', text: notice }];
    const text = describeStep(payload.step);
    if (type === 'step_start') {
      open = { text, at: now };
      return [{ ...place(at, seq), kind: 'begun', text }];
    }
    const error = textOf(payload.error);
    if (type === 'step_success') return stepDone(entry, 'ok', error);
    if (type !== 'step_failure') return [{ ...place(at, seq), kind: 'state', text: plainText(type) }];
    return payload.interrupted === true ? stepDone(entry, 'interrupted') : stepDone(entry, 'failed', error);
  };
};
