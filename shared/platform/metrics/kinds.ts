/* The kinds of instruments, by OpenTelemetry's interface. */
import { type Counter, type Histogram, type Meter, type MeterProvider, metrics } from '@opentelemetry/api';

/** What distinguishes a series. */
export type Attributes = Readonly<Record<string, string | number>>;
export type None = Readonly<Record<never, never>>;

export interface About {
  description: string;
  unit: string;
}

/** What counts or times something. */
interface Instrument {
  /** The services that have it. */
  readonly of: readonly Service[];
}
type Service = 'gateway' | 'runner' | 'supervisor';

export const METER = 'ghostly';

/** The attributes of the series that there can be, one for each value of one attribute. */
export const each = <Key extends string, Value extends string>(
  key: Key,
  values: readonly Value[],
): Readonly<Record<Key, Value>>[] => values.map((value) => ({ [key]: value }) as Record<Key, Value>);

/** The only series of an instrument without attributes. */
export const ONE: readonly None[] = [{}];

/** Seconds, a millisecond up to the longest that a run may wait and take. */
export const SECONDS = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  ...[1_800, 3_600, 7_200],
];

/** Made when it is first used, which is after the process has said who reads it; and again for another reader. */
function lazily<Made>(make: (meter: Meter) => Made): () => Made {
  let last: { provider: MeterProvider; made: Made } | undefined;
  return () => {
    const provider = metrics.getMeterProvider();
    if (last?.provider !== provider) last = { provider, made: make(provider.getMeter(METER)) };
    return last.made;
  };
}

/** @template Of the attributes that each of its counts has. */
export interface Count<Of extends Attributes> extends Instrument {
  add(attributes: Of): void;
  /** Makes its series, at 0: one that appeared with its first event would have no increase then. */
  begin(): void;
}

/** `known`: the attributes of all series that there can be. */
export function counter<Of extends Attributes>(
  name: string,
  { of, ...about }: About & Instrument,
  known: readonly Of[],
): Count<Of> {
  const instrument: () => Counter = lazily((meter) => meter.createCounter(name, about));
  return {
    of,
    add: (attributes) => instrument().add(1, { ...attributes }),
    begin: () => {
      for (const attributes of known) instrument().add(0, { ...attributes });
    },
  };
}

/** A histogram of times. */
export interface Duration<Of extends Attributes> extends Instrument {
  record(ms: number, attributes: Of): void;
  readonly name: string;
  readonly about: About;
  /** The attributes of the series that there are from the start, as of a counter: of those whose first event counts for an alert. */
  readonly known: readonly Of[];
}

export function duration<Of extends Attributes>(
  name: string,
  { of, description }: { description: string } & Instrument,
  known: readonly Of[] = [],
): Duration<Of> {
  const about = { description, unit: 's' };
  const advice = { explicitBucketBoundaries: SECONDS };
  const instrument: () => Histogram = lazily((meter) => meter.createHistogram(name, { ...about, advice }));
  return {
    of,
    name,
    about,
    known,
    record: (ms, attributes) => instrument().record(Math.max(0, ms) / 1_000, { ...attributes }),
  };
}

/** A figure that is asked for at each scrape: a number, or several, each with its attributes. */
export type Observed = number | readonly (readonly [number, Attributes])[];

/** A figure could not be read. */
export class UnreadFigureError extends Error {
  override readonly name = 'UnreadFigureError';
  readonly figure: string;

  constructor(figure: string, cause: unknown) {
    super(`${figure} could not be read`, { cause });
    this.figure = figure;
  }
}

/** Asks for a figure from now on. One that cannot be had is left out, and reported to the collector. */
export const gauge =
  (name: string, about: About) =>
  (read: () => Observed | Promise<Observed>): void => {
    const observable = metrics.getMeter(METER).createObservableGauge(name, about);
    observable.addCallback(async (result) => {
      const found = await Promise.resolve()
        .then(read)
        .catch((cause: unknown) => {
          throw new UnreadFigureError(name, cause);
        });
      const all = typeof found === 'number' ? ([[found, {}]] as const) : found;
      for (const [value, attributes] of all) result.observe(value, { ...attributes });
    });
  };
