/*
 * Where the figures of `instruments.ts` are kept and read, if somebody scrapes this process. Owns them. To be loaded
 * before the first of them is used.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { METER } from './instruments.ts';

export interface Figures {
  /** The content type that goes with {@link read}. */
  readonly contentType: string;
  /** All figures that can be had within two seconds, in Prometheus' text format. */
  read(): Promise<string>;
}

/** More than the checks of what a process needs take. */
const COLLECTED_WITHIN_MS = 2_000;

/** Collects from now on what this process counts. `service`: e.g. `runner`; once for each process. */
export function collectFigures(service: string, version: string): Figures {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const resource = resourceFromAttributes({
    'service.name': `ghostly-${service}`,
    'service.version': version,
  });
  metrics.disable(); // the last one counts
  metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers: [reader] }));
  observeProcess();
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async read() {
      // What is late is left out, told as an error: a scraper gives up all of them after about ten seconds.
      const { resourceMetrics } = await reader.collect({ timeoutMillis: COLLECTED_WITHIN_MS });
      return serializer.serialize(resourceMetrics);
    },
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
