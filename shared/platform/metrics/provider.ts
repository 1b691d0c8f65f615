/*
 * Where the figures of `instruments.ts` are kept and read, if this process is scraped. Owns them. To be loaded
 * before the first of them is used.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { metrics } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { METRICS } from './instruments.ts';
import { METER, UnreadFigureError } from './kinds.ts';
import { addZeroes } from './zeroes.ts';

export interface Figures {
  /** The content type that goes with {@link read}. */
  readonly contentType: string;
  /** All figures that can be had within two seconds, in Prometheus' text format. */
  read(): Promise<string>;
}

/** More than the checks of what a process needs take. */
const COLLECTED_WITHIN_MS = 2_000;

/**
 * Reads a gauge as it is now or not at all: by the default a gauge that has no figure any more, such as one of the
 * supervisor that led before, would keep its last one.
 */
class Reader extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** A figure that could not be read; its name is not known if it did not come in time. */
export interface Unread {
  figure: string | undefined;
  cause: unknown;
}

/**
 * Collects from now on what this process counts. `service`: e.g. `runner`; once for each process. `onUnread` gets a
 * figure that cannot be read, once until it can be again.
 */
export function collectFigures(
  service: string,
  version: string,
  onUnread: (unread: Unread) => void = () => undefined,
): Figures {
  const reader = new Reader();
  const resource = resourceFromAttributes({
    'service.name': `ghostly-${service}`,
    'service.version': version,
  });
  metrics.disable(); // the last one counts
  metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers: [reader] }));
  observeProcess();
  const complete = beginAtZero(service);
  const tellUnread = onceEach(onUnread);
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  const read = async () => {
    // What is late is left out, and reported as an error: a scraper gives up all of them after about ten seconds.
    const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: COLLECTED_WITHIN_MS });
    tellUnread(errors);
    complete(resourceMetrics);
    return serializer.serialize(resourceMetrics);
  };
  let reading: Promise<string> | undefined;
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    // Two scrapers at once share one look: the figures of a gauge go to the first that collects them.
    read: () =>
      (reading ??= read().finally(() => {
        reading = undefined;
      })),
  };
}

/** Makes the series of a service that are known beforehand. Returns what adds to a collection those that the SDK has not. */
function beginAtZero(service: string): (collected: ResourceMetrics) => void {
  const own = Object.values(METRICS).filter(({ of }) => of.some((one) => one === service));
  for (const metric of own) if ('begin' in metric) metric.begin();
  const durations = own.filter((metric) => 'known' in metric);
  const since = Date.now();
  return ({ scopeMetrics }) => {
    const ours = scopeMetrics.find(({ scope }) => scope.name === METER);
    if (ours) addZeroes(ours.metrics, durations, [Math.floor(since / 1e3), (since % 1e3) * 1e6]);
  };
}

function onceEach(tell: (unread: Unread) => void): (errors: readonly unknown[]) => void {
  let known = new Set<string | undefined>();
  return (errors) => {
    const found = errors.map(
      (error): Unread =>
        error instanceof UnreadFigureError
          ? { figure: error.figure, cause: error.cause }
          : { figure: undefined, cause: error },
    );
    for (const unread of found) if (!known.has(unread.figure)) tell(unread);
    known = new Set(found.map(({ figure }) => figure));
  };
}

/** What Node measures is from one of its timers to the next: this long, and the delay. */
const DELAY_EVERY_MS = 20;

function observeProcess(): void {
  const meter = metrics.getMeter(METER);
  const delays = monitorEventLoopDelay({ resolution: DELAY_EVERY_MS });
  delays.enable();
  meter
    .createObservableGauge('nodejs.eventloop.delay.p99', {
      description: 'The 99th percentile of the delay of the event loop since the last scrape.',
      unit: 's',
    })
    .addCallback((result) => {
      result.observe(Math.max(0, delays.percentile(99) / 1e9 - DELAY_EVERY_MS / 1e3));
      delays.reset();
    });
  meter
    .createObservableGauge('process.uptime', {
      description: 'For how long this process has been running.',
      unit: 's',
    })
    .addCallback((result) => result.observe(process.uptime()));
  meter
    .createObservableGauge('process.memory.usage', { description: 'Resident memory.', unit: 'By' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process.cpu.time', { description: 'CPU time of this process.', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
}
