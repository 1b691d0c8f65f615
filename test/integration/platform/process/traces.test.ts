/* A process sends its spans as its settings say, and a collector that does not answer holds up nothing. */
import { expect, it } from 'vitest';
import { createLog } from '#shared/platform/log/log.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { openTraces } from '#shared/platform/process/traces.ts';
import { beginRequest, beginSpan } from '#shared/platform/traces/spans.ts';
import { eventually } from '../../../support/eventually.ts';
import { readSeries, sumOf } from '../../../support/http/figures.ts';
import { extendedOnly } from '../../../support/share.ts';
import { startCollector } from '../../../support/traces/collector.ts';

const figures = collectFigures('test', '0');
const collector = await startCollector();

const CONFIG = {
  OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_TRACES_SAMPLER_ARG: 1,
  OTEL_RESOURCE_ATTRIBUTES: { 'deployment.environment.name': 'test' },
} as const;

function open(config: Partial<Record<keyof typeof CONFIG, unknown>> = {}) {
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line) => void lines.push(line) });
  const given = { ...CONFIG, ...config } as typeof CONFIG;
  return openTraces({ service: 'test', instanceId: 'one', config: given, log }).then((traces) => ({
    traces,
    said: () => lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
  }));
}

const tell = (name: string, count = 1): void => {
  for (let n = 0; n < count; n += 1) beginRequest(name, { parent: undefined }).end();
};
const isReceived = (name: string) =>
  eventually(async () => expect(collector.spans.map((span) => span.name)).toContain(name));

it('a process sends what waits when it ends, and says whose it is', async () => {
  const { traces, said } = await open();
  const parent = beginRequest('parent', { parent: undefined, role: 'server', attributes: { a: 1, b: 'x' } });
  const child = beginSpan('child', { parent: parent.traceparent, id: '1234567890abcdef', at: 1_000 });
  child.end({ at: 2_500, error: 'too_late' });
  parent.end();
  await traces[Symbol.asyncDispose]();
  const [one, other] = ['parent', 'child'].map((name) => collector.spans.find((span) => span.name === name)!);
  expect(one).toMatchObject({
    kind: 2,
    attributes: { a: 1, b: 'x' },
    resource: {
      'service.name': 'ghostly-test',
      'service.instance.id': 'one',
      'deployment.environment.name': 'test',
    },
  });
  expect(other).toMatchObject({
    traceId: one!.traceId,
    parentSpanId: one!.spanId,
    spanId: '1234567890abcdef',
    start: 1_000,
    end: 2_500,
    failed: true,
    attributes: { 'error.type': 'too_late' },
  });
  expect(said()).toEqual([]);
  // Nothing is sent after that.
  tell('late');
  expect(beginRequest('late', { parent: undefined }).traceparent).toBeUndefined();
});

it('a collector that does not answer holds up nothing, and what it misses is counted', async () => {
  const { traces, said } = await open();
  collector.answer('never');
  tell('missed', 20_000);
  await eventually(async () => {
    const dropped = { error_type: 'queue_full' };
    const series = readSeries(await figures.read());
    expect(sumOf(series, 'otel_sdk_processor_span_processed_total', dropped)).toBeGreaterThan(10_000);
  });
  await traces[Symbol.asyncDispose]();
  expect(said()).toEqual(['the last spans could not be sent in time']);
  collector.answer(200);
});

extendedOnly(() => {
  it('says once that spans cannot be sent, and once that they can again', async () => {
    const { traces, said } = await open();
    collector.answer(400);
    for (const name of ['one', 'two']) {
      tell(name);
      await eventually(async () => expect(said().length).toBe(1));
    }
    expect(said()).toEqual(['traces could not be sent']);
    collector.answer(200);
    tell('again');
    await isReceived('again');
    await eventually(async () =>
      expect(said()).toEqual(['traces could not be sent', 'traces are sent again']),
    );
    await traces[Symbol.asyncDispose]();
  });
});

it.each([
  ['always_off', 1, 0],
  ['parentbased_always_off', 1, 0],
  ['traceidratio', 0, 0],
  ['parentbased_traceidratio', 1, 10],
  ['always_on', 0, 10],
])('%s with %s samples %s of ten', async (name, ratio, expected) => {
  const { traces } = await open({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio });
  tell(`${name} ${ratio}`, 10);
  await traces[Symbol.asyncDispose]();
  expect(collector.spans.filter((span) => span.name === `${name} ${ratio}`)).toHaveLength(expected);
});

it('a process tells nothing without an endpoint, and passes on where it is', async () => {
  const { traces } = await open({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined });
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const span = beginSpan('none', { parent: traceparent });
  expect(span.traceparent).toBe(traceparent);
  span.end();
  await traces[Symbol.asyncDispose]();
  expect(collector.spans.map(({ name }) => name)).not.toContain('none');
});
