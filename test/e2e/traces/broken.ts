import { expect, test } from 'vitest';
import { refuseEvents } from '../../support/database/refuse-events.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { treeOf } from '../../support/traces/tree.ts';
import { startTracedRun } from './traced-run.ts';
import { bench, collector } from './traced-stack.ts';

extendedOnly(() => {
  test('a run with which its runner cannot go on has its claim in its trace', async () => {
    const [unstorable, unstartable] = ['d'.repeat(32), 'e'.repeat(32)];
    const { databaseUrl } = bench.stack;
    const refused = await refuseEvents(databaseUrl);
    const { id, watch } = await startTracedRun(bench, { traceId: unstorable });
    await refused.of(id, 'transition');
    await bench.client.cancel(id);
    await watch.ended();
    await eventually(async () =>
      expect(treeOf(collector.spans, unstorable)).toEqual(
        expect.arrayContaining(['  runner RUN', '    runner hold run', '      runner step goto']),
      ),
    );

    for (const one of bench.stack.processes) if (one.kind === 'runner' && one.running) await one.stop();
    const { body } = await bench.client.request<{ id: string }>('POST', '/v1/run', {
      body: {
        project: await bench.client.project(),
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: '/plain' }],
      },
      headers: { traceparent: `00-${unstartable}-${'b'.repeat(16)}-01` },
    });
    await rows(databaseUrl, `update runs set plan = 'null'::json where id = $1`, [body.id]);
    await bench.stack.start('runner');
    await eventually(async () =>
      expect(treeOf(collector.spans, unstartable)).toEqual(
        expect.arrayContaining(['  runner RUN', '    runner hold run']),
      ),
    );
  });
});
