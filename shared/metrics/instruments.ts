/*
 * What a process counts and times, by OpenTelemetry's interface: each instrument with its name, its unit and the
 * attributes that it may have. Names are those of OpenTelemetry's conventions where there are some. No attribute ever holds
 * an id, a URL or a text, so that there are few series (decisions/metrics.md). Where nobody scrapes, all of this does
 * nothing. Owns no figures: `provider.ts` does.
 */
import { type Counter, type Histogram, type Meter, metrics } from '@opentelemetry/api';

/** What a series is told apart by. */
type Attributes = Readonly<Record<string, string | number>>;

interface About {
  description: string;
  unit: string;
}

export const METER = 'ghostly';

/** From a millisecond to the longest timeouts, s. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** Made when it is first used, which is after the process has said who reads it. */
function lazily<Instrument>(make: (meter: Meter) => Instrument): () => Instrument {
  let made: Instrument | undefined;
  return () => (made ??= make(metrics.getMeter(METER)));
}

/** @template Of the attributes that each of its counts has. */
export interface Count<Of extends Attributes> {
  add(attributes: Of): void;
}

function counter<Of extends Attributes>(name: string, about: About): Count<Of> {
  const instrument: () => Counter = lazily((meter) => meter.createCounter(name, about));
  return { add: (attributes) => instrument().add(1, { ...attributes }) };
}

export interface Duration<Of extends Attributes> {
  record(ms: number, attributes: Of): void;
}

function duration<Of extends Attributes>(name: string, description: string): Duration<Of> {
  const about = { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } };
  const instrument: () => Histogram = lazily((meter) => meter.createHistogram(name, about));
  return { record: (ms, attributes) => instrument().record(Math.max(0, ms) / 1_000, { ...attributes }) };
}

type None = Readonly<Record<never, never>>;

/** A figure that is asked for when somebody scrapes: a number, or several, each with its attributes. */
type Observed = number | readonly (readonly [number, Attributes])[];

/** Asks for a figure from now on. A figure that cannot be had is left out. */
function observe(name: string, about: About, read: () => Observed | Promise<Observed>): void {
  const gauge = metrics.getMeter(METER).createObservableGauge(name, about);
  gauge.addCallback(async (result) => {
    const found = await Promise.resolve()
      .then(read)
      .catch(() => []);
    const all = typeof found === 'number' ? ([[found, {}]] as const) : found;
    for (const [value, attributes] of all) result.observe(value, { ...attributes });
  });
}

/** By the process that knows. */
export const METRICS = {
  /** Gateway. */
  requests: duration<{
    'http.request.method': string;
    /** As in the contract; empty if no endpoint has the path. */
    'http.route': string;
    'http.response.status_code': number;
  }>(
    'http.server.request.duration',
    'Answers of the gateway, from a request’s headers to its end. Not those of event streams.',
  ),
  accepted: counter<None>('ghostly.run.accepted', {
    description: 'Runs that were accepted.',
    unit: '{run}',
  }),
  cancelRequests: counter<{ 'ghostly.cancel.mode': string }>('ghostly.cancel.requested', {
    description: 'Single cancels that were answered with 200, repeats too.',
    unit: '{request}',
  }),

  /** Runner. */
  claims: duration<{ 'ghostly.claim.found': 'some' | 'none' }>(
    'ghostly.claim.duration',
    'Claims, which take up to 16 runs each.',
  ),
  claimed: counter<None>('ghostly.run.claimed', {
    description: 'Runs that were claimed.',
    unit: '{run}',
  }),
  queued: duration<None>('ghostly.run.queued.duration', 'From the acceptance of a run to its claim.'),
  steps: duration<{ 'ghostly.step.action': string; 'ghostly.step.result': 'ok' | 'failed' | 'interrupted' }>(
    'cicd.pipeline.task.run.duration',
    'Steps of flows, from their beginning to their end, by the machine.',
  ),
  cancelHops: duration<{ 'ghostly.cancel.hop': CancelHop }>(
    'ghostly.cancel.hop.duration',
    'The hops on the way of a cancel, each from the one before; `total` from the recorded request to the final commit.',
  ),
  fenced: counter<None>('ghostly.run.fenced', {
    description:
      'Runs whose browser a runner stopped because they were, or might be, no longer its own, or could not go on.',
    unit: '{run}',
  }),
  launches: counter<{ 'ghostly.browser.result': 'started' | 'failed' }>('ghostly.browser.launched', {
    description: 'Browsers that were started, or failed to.',
    unit: '{browser}',
  }),
  kills: counter<None>('ghostly.browser.killed', {
    description: 'Browsers that were killed.',
    unit: '{browser}',
  }),

  /** Runner and supervisor, each for the runs that it ends. */
  ended: duration<{ 'cicd.pipeline.result': string; 'ghostly.run.stop_reason': string }>(
    'cicd.pipeline.run.duration',
    'Runs that have ended, from their acceptance to their end.',
  ),

  /** Supervisor. */
  sweeps: duration<{ 'ghostly.sweep.result': 'done' | 'failed' }>(
    'ghostly.sweep.duration',
    'Sweeps, which look for runs without a live actor.',
  ),
  requeued: counter<None>('ghostly.run.requeued', {
    description: 'Runs that went back into the queue because their runner was lost.',
    unit: '{run}',
  }),
  webhooks: duration<{ 'ghostly.webhook.result': 'delivered' | 'refused' | 'unreachable' }>(
    'ghostly.webhook.attempt.duration',
    'Attempts to deliver a message to a webhook, from the connection to the end of the answer.',
  ),
} as const;

/**
 * `delivery`: until the machine has it; `interruption`: until the call that was under way has returned; `context_close`: until
 * the browser context is closed; `total`: from the recorded request to the final commit.
 */
export type CancelHop = 'delivery' | 'interruption' | 'context_close' | 'total';

const gauge =
  (name: string, about: About) =>
  (read: () => Observed | Promise<Observed>): void =>
    observe(name, about, read);

/** Each is told once how it is read, after the process has started. */
export const GAUGES = {
  /** All. */
  reach: gauge('ghostly.dependency.up', {
    description: '1 if this process reaches what it needs, as `/ready` tells it; else 0.',
    unit: '1',
  }),
  /** Gateway. */
  watchers: gauge('ghostly.stream.watchers', {
    description: 'Open event streams, and answers that wait for a run’s end.',
    unit: '{stream}',
  }),
  /** Runner. */
  slots: gauge('ghostly.runner.slots', { description: 'Slots for runs, busy and free.', unit: '{slot}' }),
  browsers: gauge('ghostly.browser.open', { description: 'Browsers that are open.', unit: '{browser}' }),
  /** Supervisor. */
  leading: gauge('ghostly.supervisor.leading', {
    description: '1 on the supervisor that leads, else 0.',
    unit: '1',
  }),
  active: gauge('cicd.pipeline.run.active', {
    description:
      'Runs that are not final: queued (`pending`, counted up to 10,000), on a runner (`executing`), being cancelled (`finalizing`). Of the supervisor that leads.',
    unit: '{run}',
  }),
  queueAge: gauge('ghostly.queue.age', {
    description: 'How long the oldest queued run has waited, 0 without one. Of the supervisor that leads.',
    unit: 's',
  }),
  webhookPending: gauge('ghostly.webhook.pending', {
    description:
      'Messages that webhooks have yet to be sent, counted up to 10,000. Of the supervisor that leads.',
    unit: '{message}',
  }),
  webhookAge: gauge('ghostly.webhook.age', {
    description: 'How long the oldest of them has waited, 0 without one. Of the supervisor that leads.',
    unit: 's',
  }),
  webhooksDisabled: gauge('ghostly.webhook.disabled', {
    description:
      'Webhooks that were disabled because they failed for long, or answered 410. Of the supervisor that leads.',
    unit: '{webhook}',
  }),
} as const;
