/* Turns a run's entries into lines for people. Owns the history so far. Does not own colours and columns. */
import type { StreamEntry } from '#shared/domain/events/entries.ts';
import type { EventOf } from '#shared/domain/events/events.ts';
import { readEvent } from '#shared/domain/events/read-event.ts';
import { type Outcome, outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import { QUEUED } from '#shared/domain/run/states.ts';
import { evolve } from '#shared/domain/story/evolve.ts';
import { acceptedAt, type History, type StepOutcome, type StepSpan } from '#shared/domain/story/history.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { type PastEvent, timed } from '#shared/domain/story/when.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textIn } from '#shared/domain/words/say.ts';
import { isNoted, textOfNoted } from '#shared/domain/words/say-noted.ts';
import { textOfSaid } from '#shared/domain/words/say-page.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { plainText } from './plain-text.ts';

/** How a step ended, as a line says it. */
export type StepLineResult = 'ok' | 'failed' | 'interrupted' | 'not begun';

/** `atMs` counts from the run's acceptance; `seq` is missing for what has none. */
export type StoryLine = { atMs: number; seq?: number } & (
  | { kind: 'state'; text: string }
  | { kind: 'begun'; text: string }
  | {
      kind: 'step';
      text: string;
      result: StepLineResult;
      ms: number;
      /** What else is to be said of it: that it was skipped, or tried again. */
      note?: string;
      error?: string;
    }
  | { kind: 'end'; outcome: Outcome; why?: string; results: readonly ShownResult[] }
);

/** A result as one line of text that is safe for a terminal. */
interface ShownResult {
  name: string;
  value: string;
}

export type Story = (entry: StreamEntry) => StoryLine[];

const clean = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : plainText(text);

/** The name of a state for people; the substates of a running state count as one. */
const nameOf = (state: string): string => (state.startsWith('running.') ? state.split('.')[1]! : state);

export const createStory = (): Story => {
  let history: History | undefined;
  return (entry) => {
    if (entry.kind === 'end') return [];
    if (entry.kind === 'status') {
      // A watcher that connects later gets the current status first, which is not the beginning of the run.
      if (entry.status !== 'running' || history !== undefined) return [];
      history = acceptedAt(Date.parse(entry.at));
      return [{ atMs: 0, kind: 'state', text: nameOf(QUEUED) }];
    }
    const event = timed(readEvent(entry));
    history = evolve(history ?? acceptedAt(event.time), [event]);
    const place = { atMs: history.points.at(-1)!.at - history.points[0]!.at, seq: event.seq };
    const ended = history.steps.filter((step) => step.phase === 'flow' && step.ended?.seq === event.seq);
    return [...ended.map((step) => stepLine(step, noteOf(event))), ...tell(event)].map((line) => ({
      ...place,
      ...line,
    }));
  };
};

/** A line without its place. */
type UnplacedLine = StoryLine extends infer Line
  ? Line extends unknown
    ? Omit<Line, 'atMs' | 'seq'>
    : never
  : never;

const tell = (event: PastEvent): UnplacedLine[] => {
  if (isNoted(event)) return [state(textOfNoted(event, englishWords))];
  switch (event.type) {
    case 'transition': {
      const { from, to } = event.payload;
      // The event run_end has the details of an end.
      return nameOf(from) === nameOf(to) || to === 'pass' || to === 'fail' ? [] : [state(nameOf(to))];
    }
    case 'step_start':
      return [{ kind: 'begun', text: plainText(describeStep(event.payload.step)) }];
    case 'step_success':
    case 'step_failure':
      return []; // shown as a whole step
    case 'page_said':
      return event.payload.said.map((said) => state(textOfSaid(said, englishWords)));
    case 'secret_used':
      return [state(secretUsed(event))];
    case 'notice':
      return [state(event.payload.text)];
    case 'run_end':
      return [end(event)];
    case 'cancel':
    case 'cleanup_start':
    case 'cleanup_success':
    case 'cleanup_failure':
    case 'requeued':
      return [state(event.type)];
    case 'unknown':
      return [state(event.name)];
  }
};

function secretUsed({ stepIndex, payload: { name, origin, phase } }: EventOf<'secret_used'>): string {
  const where = phase === 'onCancel' ? ` by onCancel step ${stepIndex + 1}` : '';
  return `secret ${name} used at ${origin}${where}`;
}

const state = (text: string): UnplacedLine => ({ kind: 'state', text: plainText(text) });

const RESULTS: Record<StepOutcome, StepLineResult> = {
  ok: 'ok',
  failed: 'failed',
  interrupted: 'interrupted',
  unbegun: 'not begun',
  running: 'interrupted',
};

function noteOf(event: PastEvent): string | undefined {
  if (event.type !== 'step_success' && event.type !== 'step_failure') return undefined;
  const { attempts, skipped } = event.payload;
  const isOptional = event.type === 'step_failure' && event.payload.optional;
  const notes = [
    ...(skipped ? ['skipped'] : []),
    ...(attempts === undefined ? [] : [`${attempts} tries`]),
    ...(isOptional ? ['optional'] : []),
  ];
  return notes.join(', ') || undefined;
}

const stepLine = ({ step, outcome, began, ended = began, error }: StepSpan, note?: string): UnplacedLine => {
  const text = plainText(describeStep(step));
  const line = {
    kind: 'step',
    text,
    result: RESULTS[outcome],
    ms: tookUntil(began, ended, ended.at),
    ...(note !== undefined && { note }),
  } as const;
  const why = outcome === 'ok' || outcome === 'failed' ? clean(error) : undefined;
  // The runner's errors begin with the step, which is on the line already.
  const heads = [text, plainText(`${step.action} ${step.selector ?? ''}`)];
  const head = heads.find((one) => why?.startsWith(`${one}: `));
  const shownError = head === undefined ? why : why?.slice(head.length + 2);
  return shownError === undefined ? line : { ...line, error: shownError };
};

const end = ({ payload }: EventOf<'run_end'>): UnplacedLine => {
  const { by, sources, losses } = englishWords;
  const { cancelled, source, staleAfterRestart, loss = 'runner' } = payload;
  const lost = textIn(losses, loss, losses.runner);
  const outcome = outcomeOfEnd(payload);
  const stale = staleAfterRestart ? `, ${lost}` : '';
  const because = payload.reason === undefined ? '' : `: ${plainText(payload.reason)}`;
  const who = source === undefined ? '' : by(textIn(sources, source, plainText(source)));
  const why = outcome === 'lost' ? lost : cancelled ? `${who}${stale}${because}` : clean(payload.error);
  return { kind: 'end', outcome, ...(why && { why }), results: resultsIn(payload.results) };
};

const resultsIn = (results: Record<string, unknown> = {}): ShownResult[] =>
  Object.entries(results).map(([name, value]) => ({
    name: plainText(name),
    value: plainText(typeof value === 'string' ? value : JSON.stringify(value)),
  }));
