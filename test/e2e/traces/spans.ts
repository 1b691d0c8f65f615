import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import type { ReceivedSpan } from '../../support/traces/otlp.ts';
import { treeOf } from '../../support/traces/tree.ts';
import { CLIENT_SPAN, startTracedRun, TRACE_ID } from './traced-run.ts';
import { bench, collector } from './traced-stack.ts';

const tree = (traceId: string) => treeOf(collector.spans, traceId);

/** The span with this name in a trace, once it was received. */
const received = (traceId: string, name: string): Promise<ReceivedSpan> =>
  eventually(async () => {
    const found = collector.spans.find((span) => span.traceId === traceId && span.name === name);
    expect(found, name).toBeDefined();
    return found!;
  });

/**
 * Those that begin before what they are a part of, in the same process: what a runner takes for the database's time is that
 * only but for half of what its claim took.
 */
function tooEarly(...traceIds: string[]): string[] {
  const spans = collector.spans.filter(({ traceId }) => traceIds.includes(traceId));
  return spans.flatMap(({ name, start, parentSpanId, resource }) => {
    const parent = spans.find(({ spanId }) => spanId === parentSpanId);
    const isLocal = parent?.resource['service.instance.id'] === resource['service.instance.id'];
    return parent && isLocal && start < parent.start
      ? [`${name}: ${parent.start - start} ms before ${parent.name}`]
      : [];
  });
}

const placeOf = ({ traceId, spanId }: ReceivedSpan) => ({ traceId, spanId });

async function cancelOf(run: ReceivedSpan): Promise<ReceivedSpan> {
  return eventually(async () => {
    const found = collector.spans.find(
      ({ name, links }) =>
        name === 'POST /v1/runs/:id/cancel' && links.some(({ spanId }) => spanId === run.spanId),
    );
    expect(found).toBeDefined();
    return found!;
  });
}

const COMMAND = 'ghostly.v1.run.{runId}.command';
const FINALISE = 'ghostly.v1.supervisor.finalise';

test('a cancelled run is one trace from its client on, and its cancel another one with all its hops', async () => {
  const { id, watch } = await startTracedRun(bench);
  await bench.client.cancel(id, { body: { reason: 'a personal reason' } });
  await watch.ended();

  const run = await received(TRACE_ID, 'RUN');
  await eventually(async () =>
    expect(tree(TRACE_ID)).toEqual([
      'gateway POST /v1/run',
      '  gateway INSERT runs',
      '  gateway send ghostly.v1.queued',
      '  runner RUN',
      '    runner claim run',
      '    runner hold run',
      '      runner cancelling',
      '      runner open browser context',
      '      runner step goto',
      '      runner step waitForSelector',
      '      runner UPDATE runs',
      '    runner wait in queue',
    ]),
  );
  expect(await received(TRACE_ID, 'POST /v1/run')).toMatchObject({ parentSpanId: CLIENT_SPAN, kind: 2 });
  expect(run.attributes).toMatchObject({
    'cicd.pipeline.run.id': id,
    'cicd.pipeline.result': 'cancellation',
    'error.type': 'cancelled',
  });
  expect(await received(TRACE_ID, 'step waitForSelector')).toMatchObject({
    failed: true,
    attributes: { 'cicd.pipeline.task.run.result': 'cancellation', 'ghostly.step.index': 1 },
  });

  const cancel = await cancelOf(run);
  const asked = [
    'gateway POST /v1/runs/:id/cancel',
    `  gateway send ${COMMAND}`,
    `    runner process ${COMMAND}`,
    '      runner close context',
    '      runner interrupt call',
    '      runner UPDATE runs',
  ];
  const recorded = '  gateway UPDATE runs';
  // If the owner answers the first try too late, and has ended the run before the second, a supervisor is asked too.
  const late = [`  gateway send ${FINALISE}`, `    supervisor process ${FINALISE}`];
  await eventually(async () =>
    expect([
      [...asked, recorded],
      [...asked, ...late, recorded],
    ]).toContainEqual(tree(cancel.traceId)),
  );
  const [receipt, held] = [
    await received(cancel.traceId, `process ${COMMAND}`),
    await received(TRACE_ID, 'hold run'),
  ];
  expect(receipt).toMatchObject({ links: [placeOf(held)], kind: 5 });
  expect((await received(TRACE_ID, 'cancelling')).links).toEqual([placeOf(receipt)]);
  const commits = collector.spans.filter(({ parentSpanId }) => parentSpanId === receipt.spanId);
  expect(commits.map(({ attributes }) => attributes['ghostly.run.status'])).toContain('fail');
  expect(tooEarly(TRACE_ID, cancel.traceId)).toEqual([]);
  // The processes have names, and nothing of the flow, its user or the reason is shown.
  expect(new Set([cancel, receipt].map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
  const reported = JSON.stringify(collector.spans);
  for (const text of ['personal', '#never', '/plain', bench.site.url, ADMIN.email])
    expect(reported).not.toContain(text);
});

extendedOnly(() => {
  test('a run whose runner was killed ends in its trace', async () => {
    const traceId = 'a'.repeat(32);
    const runner = await bench.stack.start('runner', {
      GHOSTLY_LEASE_MS: '2000',
      GHOSTLY_CANCEL_GRACE_MS: '400',
    });
    for (const other of bench.stack.processes)
      if (other.kind === 'runner' && other !== runner) await other.stop();
    const { watch } = await startTracedRun(bench, { traceId });
    // What it has made so far is sent within five seconds; the rest is lost with it.
    const begun = await received(traceId, 'step goto');
    runner.signal('SIGKILL');
    await bench.stack.start('runner');
    await watch.ended();

    await eventually(async () =>
      expect(tree(traceId)).toEqual([
        'gateway POST /v1/run',
        '  gateway INSERT runs',
        '  gateway send ghostly.v1.queued',
        '  supervisor RUN',
        '    runner claim run',
        '    runner wait in queue',
        '    supervisor end run without owner',
        '    supervisor hold run',
        '      runner open browser context',
        '      runner step goto',
        '      runner UPDATE runs',
      ]),
    );
    expect(await received(traceId, 'RUN')).toMatchObject({ attributes: { 'error.type': 'stale' } });
    const held = await received(traceId, 'hold run');
    expect(begun.parentSpanId).toBe(held.spanId);
    expect(held.attributes['error.type']).toMatch(/^(owner_gone|lease_expired)$/);
  });

  test('there are no spans of what its client does not sample, or of what is not sampled here', async () => {
    const traceId = 'b'.repeat(32);
    const unsampled = await startTracedRun(bench, { traceId, sampled: false });
    const off = await bench.stack.start('gateway', { OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
    const client = await bench.stack.clientOf(off);
    const steps = [{ action: 'goto', url: '/plain' }];
    const id = await client.start({ baseUrl: bench.site.url, steps });
    await client.ended(id);
    await bench.client.cancel(unsampled.id, { headers: { traceparent: `00-${traceId}-${CLIENT_SPAN}-00` } });
    await unsampled.watch.ended();

    // The spans after them have come.
    const sampled = await startTracedRun(bench, { traceId: 'c'.repeat(32) });
    await bench.client.cancel(sampled.id);
    for (const name of ['POST /v1/run', 'RUN']) await received('c'.repeat(32), name);
    const reported = JSON.stringify(collector.spans);
    for (const text of [traceId, unsampled.id, id]) expect(reported).not.toContain(text);
  });
});
