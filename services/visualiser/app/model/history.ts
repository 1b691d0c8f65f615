/*
 * What a run was like at each of its events: folded from the events alone, so that any moment can be looked at, also of
 * a run that is over. Pure; times are epoch ms. A moment is named by the number of the last event that had happened.
 */
import type { RunDetail } from '#shared/contract/runs.ts';
import { QUEUED } from '#shared/run/states.ts';
import { type StepAt, stepsAfter } from './steps.ts';

export type RunEvent = NonNullable<RunDetail['events']>[number];

export interface Visit {
  count: number;
  /** In all, up to the moment. */
  ms: number;
  /** When it was entered, of the state that the run is in. */
  since?: number;
}

interface Taken {
  from: string;
  to: string;
  count: number;
}

interface CancelAt {
  source: string;
  mode: string;
  reason?: string;
  at: number;
}

export interface Moment {
  /** 0 before the first event. */
  seq: number;
  at: number;
  state: string;
  visits: ReadonlyMap<string, Visit>;
  /** By `from>to`, in the order in which they were first taken. */
  taken: ReadonlyMap<string, Taken>;
  /** The last transition. */
  latest: { from: string; to: string; seq: number } | undefined;
  steps: StepAt[];
  /** The last picture that had been taken. */
  screenshot: string | undefined;
  attempt: number;
  cancel: CancelAt | undefined;
  error: string | undefined;
  /** What became of the browser, as the last transition of a stopped run says. */
  browser: { killed: boolean; pid?: number } | undefined;
  ended: boolean;
}

/** When an event happened: the machine's own time where it is told, else when it was stored. */
export function timeOf({ at, payload }: RunEvent): number {
  const time = typeof payload.at === 'string' ? Date.parse(payload.at) : Number.NaN;
  return Number.isNaN(time) ? Date.parse(at) : time;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The moment after the event `seq`; `events` are all from the first one on, in order. */
export function momentAt(startedAt: number, events: readonly RunEvent[], seq: number): Moment {
  const past = events.filter((event) => event.seq <= seq);
  const visits = new Map<string, Visit>([[QUEUED, { count: 1, ms: 0, since: startedAt }]]);
  const taken = new Map<string, Taken>();
  const moment: Moment = {
    ...{ seq: 0, at: startedAt, state: QUEUED, visits, taken, steps: stepsAfter(past) },
    ...{ latest: undefined, screenshot: undefined, attempt: 1, cancel: undefined },
    ...{ error: undefined, browser: undefined, ended: false },
  };
  for (const event of past) {
    moment.seq = event.seq;
    moment.at = Math.max(moment.at, timeOf(event));
    apply(moment, event, visits, taken);
  }
  return moment;
}

function apply(moment: Moment, event: RunEvent, visits: Map<string, Visit>, taken: Map<string, Taken>): void {
  const { type, payload, seq } = event;
  moment.screenshot = text(payload.screenshotPath) ?? moment.screenshot;
  moment.error = text(payload.error) ?? moment.error;
  if (type === 'transition') {
    const [from, to] = [text(payload.from) ?? moment.state, text(payload.to) ?? moment.state];
    leave(visits, from, moment.at);
    const before = visits.get(to);
    visits.set(to, { count: (before?.count ?? 0) + 1, ms: before?.ms ?? 0, since: moment.at });
    const key = `${from}>${to}`;
    taken.set(key, { from, to, count: (taken.get(key)?.count ?? 0) + 1 });
    moment.latest = { from, to, seq };
    moment.state = to;
    moment.browser = (payload.browser as Moment['browser']) ?? moment.browser;
  } else if (type === 'requeued') {
    moment.attempt = Number(payload.attempt ?? moment.attempt + 1);
    moment.error = undefined;
    moment.screenshot = undefined;
  } else if (type === 'cancel') {
    const reason = text(payload.reason);
    moment.cancel = {
      source: text(payload.source) ?? 'user',
      mode: text(payload.mode) ?? 'graceful',
      ...(reason !== undefined && { reason }),
      at: moment.cancel?.at ?? moment.at,
    };
  } else if (type === 'run_end') {
    moment.ended = true;
    leave(visits, moment.state, moment.at);
  }
}

/** A final state is not left, but its time stands still. */
function leave(visits: Map<string, Visit>, state: string, at: number): void {
  const visit = visits.get(state);
  if (visit?.since === undefined) return;
  visits.set(state, { count: visit.count, ms: visit.ms + Math.max(0, at - visit.since) });
}

/** How long a state has taken by `now`. */
export const timeIn = ({ ms, since }: Visit, now: number): number =>
  since === undefined ? ms : ms + Math.max(0, now - since);

/** The event that is shown for a wanted number: the last one at or before it. */
export function nearestSeq(events: readonly RunEvent[], wanted: number): number {
  return events.findLast(({ seq }) => seq <= wanted)?.seq ?? 0;
}

/** Adds what a stream brought: each event once, in order. Returns the same list if there is nothing new. */
export function withEvents(known: readonly RunEvent[], more: readonly RunEvent[]): readonly RunEvent[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = more.filter(({ seq }) => seq > last);
  if (fresh.length === 0) return known;
  const all = [...known, ...fresh];
  return all.map((event, n) =>
    n + 1 < known.length ? event : withMachineTime(event, all[n - 1], all[n + 1]),
  );
}

/** Only transitions say when the machine made them; what was stored with one happened then. */
function withMachineTime(event: RunEvent, ...beside: (RunEvent | undefined)[]): RunEvent {
  if (event.payload.at !== undefined) return event;
  const told = beside.find((other) => other?.at === event.at && other.payload.at !== undefined);
  return told ? { ...event, payload: { ...event.payload, at: told.payload.at } } : event;
}
