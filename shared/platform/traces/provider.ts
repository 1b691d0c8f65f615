/*
 * Where spans go if an endpoint is set: by OTLP over HTTP to a collector. Owns the SDK with its bounded queue. A
 * collector that is away or slow holds up nobody; what does not fit is dropped, and counted by the SDK's metrics.
 */
import {
  type Context,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  RandomIdGenerator,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { type Sampling, samplerOf } from './sampler.ts';
import { makeSpansBy, type SpanRole, type SpanStart, type TraceSpan } from './spans.ts';
import { readTraceparent, traceparentOf } from './traceparent.ts';

export interface SpanMakerOptions {
  /** The URL that they are posted to. */
  url: string;
  /** Attributes of the process. */
  resource: Readonly<Record<string, string>>;
  sampling: Sampling;
  onTrouble(error: unknown): void;
  onRecovered(): void;
}

/** How long a span waits to be sent with others, ms: of a process that is killed so much is lost. */
const WAIT_MS = 5_000;
/** Some megabytes. */
const MOST_WAITING = 4_096;

const KINDS: Readonly<Record<SpanRole, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** Spans are made from now on. What it returns sends what waits, and ends it; it may take as long as the collector does. */
export function startMakingSpans(options: SpanMakerOptions): () => Promise<void> {
  const ids = new NamedIds();
  const selfObsMeterProvider = metrics.getMeterProvider();
  const exporter = telling(new OTLPTraceExporter({ url: options.url, selfObsMeterProvider }), options);
  const batches = new BatchSpanProcessor({
    exporter,
    selfObsMeterProvider,
    scheduledDelayMillis: WAIT_MS,
    maxQueueSize: MOST_WAITING,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(options.resource),
    sampler: samplerOf(options.sampling),
    idGenerator: ids,
    spanProcessors: [batches],
  });
  const tracer = provider.getTracer('ghostly');
  makeSpansBy({ begin: (name, start) => begin(tracer, ids, name, start) });
  return async () => {
    makeSpansBy(undefined);
    await provider.shutdown();
  };
}

/** Ids at random, but for spans whose id is known beforehand. */
class NamedIds extends RandomIdGenerator {
  #next: string | undefined;

  /** `make` begins one span, which gets this id. */
  named<Made>(id: string | undefined, make: () => Made): Made {
    this.#next = id;
    try {
      return make();
    } finally {
      this.#next = undefined;
    }
  }

  override generateSpanId(): string {
    return this.#next ?? super.generateSpanId();
  }
}

function begin(tracer: Tracer, ids: NamedIds, name: string, start: SpanStart): TraceSpan {
  const { parent, role = 'internal', attributes = {}, links = [], at, id } = start;
  const options = {
    kind: KINDS[role],
    attributes,
    links: links.flatMap((link) => linkTo(link) ?? []),
    ...(at !== undefined && { startTime: moment(at) }),
  };
  const span = ids.named(id, () => tracer.startSpan(name, options, contextOf(parent)));
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: traceparentOf({ traceId, spanId, sampled: traceFlags === 1 }),
    link(traceparent) {
      const link = linkTo(traceparent);
      if (link) span.addLink(link);
    },
    end({ at: endedAt, name: last, attributes: more, error } = {}) {
      if (last !== undefined) span.updateName(last);
      if (more) span.setAttributes(more);
      if (error !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error);
      span.end(endedAt === undefined ? undefined : moment(endedAt));
    },
  };
}

/** A number from before this process began would be taken for one of its monotonic clock. */
const moment = (at: number): Date => new Date(at);

const spanContextOf = (traceparent: string | undefined) => {
  const place = readTraceparent(traceparent);
  return place && { ...place, traceFlags: place.sampled ? 1 : 0, isRemote: true };
};

function contextOf(traceparent: string | undefined): Context {
  const context = spanContextOf(traceparent);
  return context ? trace.setSpanContext(ROOT_CONTEXT, context) : ROOT_CONTEXT;
}

function linkTo(traceparent: string | undefined) {
  const context = spanContextOf(traceparent);
  return context && { context };
}

/** Says once that spans cannot be sent, and once that they can again. */
function telling(
  exporter: SpanExporter,
  { onTrouble, onRecovered }: Pick<SpanMakerOptions, 'onTrouble' | 'onRecovered'>,
): SpanExporter {
  let failing = false;
  const tell = ({ code, error }: ExportResult) => {
    const failed = code === ExportResultCode.FAILED;
    if (failed && !failing) onTrouble(error);
    if (!failed && failing) onRecovered();
    failing = failed;
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        tell(result);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
