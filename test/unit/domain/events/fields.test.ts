/* Each field of an event is shown by the page, the command line and the receipt as one table says. */
import { expect, it } from 'vitest';
import {
  EVENT_SCHEMAS,
  EVENT_TYPES,
  type EventType,
  type Payload as PayloadOf,
  type RunEvent,
} from '#shared/domain/events/events.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { momentAt } from '#shared/domain/story/moment.ts';
import { withEvents } from '#shared/domain/story/when.ts';
import { createPalette } from '../../../../services/cli/view/palette.ts';
import { createStory } from '../../../../services/cli/view/story.ts';
import { storyText } from '../../../../services/cli/view/story-text.ts';
import { createHopClock } from '../../../../services/gateway/cancel/hop-clock.ts';
import { hopsOf } from '../../../../services/gateway/cancel/hops.ts';
import {
  eventDetail,
  eventError,
  eventName,
  eventTone,
} from '../../../../services/visualiser/app/run/event-text.ts';
import { en } from '../../../../services/visualiser/app/text/en.ts';
import { WHOLE_EVENTS } from '../../../support/events.ts';
import { historyOf as rowOf } from '../../../support/model/cancel-history.ts';

const START = Date.UTC(2026, 0, 2, 3, 4);
const at = (ms: number) => new Date(START + ms).toISOString();

/** What each reader makes of some events. */
const READERS = {
  page(events: RunEvent[]) {
    const past = withEvents([], events);
    const last = past.at(-1)!;
    const texts = [eventName(last, en.run), eventDetail(last, en), eventError(last), eventTone(last)];
    const { cancels: _, ...moment } = momentAt(historyOf(START, past));
    return [texts, moment];
  },
  cli(events: RunEvent[]) {
    const story = createStory();
    const style = { palette: createPalette(false), width: 70, cuts: false };
    const lines = events.flatMap((event) => story(Object.assign({ kind: 'assist' as const }, event)));
    return lines.flatMap((line) => storyText(line, style));
  },
  receipt(events: RunEvent[]) {
    const row = rowOf([], {}, { requestedAt: new Date(START) });
    return hopsOf(row, events, createHopClock(new Date(START), new Date(START + 60_000)));
  },
};
type Reader = keyof typeof READERS;
type Fields<Type extends EventType> = keyof PayloadOf<Type>;

const FOUND = {
  attempts: ['page', 'cli'],
  skipped: ['page', 'cli'],
  expectation: ['page'],
  result: ['page'],
} as const;
const KNOWN = {
  coveredBy: ['page'],
  httpStatus: ['page'],
  documents: ['page'],
  pendingRequest: ['page'],
  nearest: ['page'],
} as const;
const FOUND_BY_CLEANUP = { ...FOUND, attempts: ['page'], skipped: ['page'] } as const;

/**
 * Which readers show each field of a payload; the API has them all. A field that is added to `events.ts` does not
 * compile until it has its entry here, and the entry has to be true.
 */
const SHOWN_BY: { [Type in EventType]: Record<Fields<Type>, readonly Reader[]> } = {
  transition: {
    from: ['page', 'receipt'],
    to: ['page', 'cli'],
    at: ['page', 'receipt'],
    cause: ['page'],
    browser: ['page'],
  },
  carried_over: {
    runId: ['page', 'cli'],
    fromStep: ['page', 'cli'],
    notCarried: ['page', 'cli'],
    at: ['page'],
  },
  profile_applied: {
    name: ['page', 'cli'],
    version: ['page', 'cli'],
    ageMs: ['page', 'cli'],
    origins: [],
    at: ['page'],
  },
  profile_stale: { name: ['page', 'cli'], version: [], why: ['page', 'cli'], at: ['page'] },
  profile_saved: { name: ['page', 'cli'], version: ['page', 'cli'], at: ['page'] },
  step_start: { step: ['page', 'cli'], at: ['page'] },
  step_success: {
    step: ['page'],
    at: ['page', 'cli'],
    error: ['page', 'cli'],
    screenshotPath: ['page'],
    a11y: [],
    ...FOUND,
  },
  step_failure: {
    step: ['page'],
    error: ['page', 'cli'],
    reason: ['page'],
    interrupted: ['page', 'cli'],
    optional: ['page', 'cli'],
    at: ['page', 'cli'],
    begun: ['page', 'cli'],
    held: ['page'],
    screenshotPath: ['page'],
    a11y: [],
    ...KNOWN,
    ...FOUND,
  },
  last_look: {
    url: ['page', 'cli'],
    title: ['page', 'cli'],
    screenshotPath: ['page'],
    a11y: ['page'],
    missing: ['page', 'cli'],
    at: ['page'],
  },
  page_said: { said: ['page', 'cli'], phase: ['page'], at: ['page'] },
  pause: { mode: ['page', 'cli'], userId: [], reason: ['page', 'cli'], at: ['page'] },
  waiting_for_person: {
    why: ['page', 'cli'],
    userId: ['page'],
    text: ['page', 'cli'],
    fields: ['page', 'cli'],
    until: ['page'],
    onTimeout: ['page'],
    screenshotPath: ['page'],
    at: ['page'],
  },
  resumed: {
    why: ['page', 'cli'],
    userId: ['page'],
    byLink: ['page', 'cli'],
    names: ['page', 'cli'],
    // The command line says these of a pause that is over.
    from: ['page'],
    edited: ['page'],
    at: ['page'],
  },
  run_parked: { why: ['page', 'cli'], verdict: ['page'], at: ['page'] },
  run_reopened: { notCarried: ['page', 'cli'], at: ['page'] },
  secret_used: { name: ['page', 'cli'], origin: ['page', 'cli'], phase: ['page', 'cli'], at: ['page'] },
  cancel: {
    source: ['page'],
    mode: ['page'],
    reason: ['page'],
    via: ['receipt'],
    at: ['page', 'receipt'],
    state: ['receipt'],
  },
  cleanup_start: { step: ['page'], at: ['page'] },
  cleanup_success: {
    step: ['page'],
    at: ['page'],
    error: ['page'],
    screenshotPath: ['page'],
    a11y: [],
    ...FOUND_BY_CLEANUP,
  },
  cleanup_failure: {
    step: ['page'],
    at: ['page'],
    error: ['page'],
    reason: ['page'],
    interrupted: ['page'],
    optional: ['page'],
    screenshotPath: ['page'],
    a11y: [],
    ...KNOWN,
    ...FOUND_BY_CLEANUP,
  },
  requeued: { attempt: ['page'], at: ['page'], returned: ['page'], error: ['page'], verdict: [] },
  // The page has words of its own for what it knows.
  notice: { code: ['page'], text: ['cli'], at: ['page'] },
  run_end: {
    status: ['page', 'cli'],
    at: ['page'],
    error: ['page', 'cli'],
    cancelled: ['page', 'cli'],
    source: ['cli'],
    reason: ['page', 'cli'],
    staleAfterRestart: ['cli'],
    loss: ['cli'],
    waitedFor: ['page'],
    results: ['page', 'cli'],
  },
};

/** Other values of the fields that cannot be left out. */
const OTHER: Readonly<Record<string, unknown>> = {
  runId: '00000000-0000-4000-8000-0000000000f1',
  fromStep: 3,
  notCarried: [{ what: 'indexed_db', why: 'too_large' }],
  from: 'running.stepping.acting',
  to: 'cancelling.aborting',
  state: 'running.launching',
  at: at(7_000),
  source: 'shutdown',
  mode: 'graceful',
  status: 'pass',
  attempt: 3,
  step: { action: 'hover' },
  code: 'other',
  text: 'another text',
  name: 'bank',
  version: 7,
  ageMs: 7_200_000 * 48,
  origins: ['https://bank.test'],
  'profile_stale.why': 'not_loaded',
  origin: 'https://bank.test',
  said: [{ kind: 'crash' }],
  fields: [{ name: 'pin', type: 'text' }],
  until: at(9_000),
  onTimeout: 'fail',
  'pause.mode': 'after_step',
  'waiting_for_person.why': 'pause',
  'resumed.why': 'resumed',
  'run_parked.why': 'waited',
  userId: 'u2',
  url: 'https://bank.test/other',
};

type AnyPayload = Record<string, unknown>;
const isValid = (event: RunEvent) => EVENT_SCHEMAS[event.type].safeParse(event).success;

/** What a reader makes of an event, after the one with which its step began. */
function read(reader: Reader, event: RunEvent): string {
  const ofStep = event.type.replace(/^(waiting_for_person|resumed)$/, 'step_start');
  const start = ofStep.replace(/_(success|failure)$/, '_start') as EventType;
  const begun = {
    ...event,
    type: start,
    payload: { ...WHOLE_EVENTS[start].payload, at: undefined },
    seq: 1,
    at: at(0),
  } as RunEvent;
  const shown = READERS[reader](start === event.type ? [event] : [begun, event]);
  return JSON.stringify(shown, (_, value: unknown) => (value instanceof Map ? [...value] : value));
}

/** The readers for which the field makes a difference, in an event with all fields or with as few as there may be. */
function readersOf(type: EventType, field: string): Reader[] {
  const whole = { ...WHOLE_EVENTS[type], seq: 2, at: at(1_000) } as RunEvent;
  const withPayload = (payload: AnyPayload) => ({ ...whole, payload }) as RunEvent;
  const without = (payload: AnyPayload, name: string) =>
    Object.fromEntries(Object.entries(payload).filter(([key]) => key !== name));
  const fields = whole.payload as AnyPayload;
  const isOptional = (name: string) => isValid(withPayload(without(fields, name)));
  const least = Object.fromEntries(
    Object.entries(fields).filter(([name]) => name === field || !isOptional(name)),
  );
  const changed = (payload: AnyPayload) =>
    withPayload(
      isOptional(field)
        ? without(payload, field)
        : { ...payload, [field]: OTHER[`${type}.${field}`] ?? OTHER[field] },
    );
  expect(isValid(changed(fields))).toBe(true);
  return (Object.keys(READERS) as Reader[]).filter((reader) =>
    [fields, least].some((payload) => read(reader, withPayload(payload)) !== read(reader, changed(payload))),
  );
}

it.each(EVENT_TYPES)('%s: each field of its payload is shown by the readers that the table names', (type) => {
  const fields = Object.keys(WHOLE_EVENTS[type].payload);
  expect(Object.fromEntries(fields.map((field) => [field, readersOf(type, field)]))).toEqual(SHOWN_BY[type]);
});
