import { expect, test } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { treeOf } from '../../support/traces/tree.ts';
import { startTracedRun } from './traced-run.ts';
import { bench, collector } from './traced-stack.ts';

/** Refuses, for good, what the owner of such a run has to say of it. */
const REFUSE = `
create table refused (run_id uuid);
create function refuse() returns trigger language plpgsql as $$
begin
  if new.type = 'transition' and exists (select from refused where run_id = new.run_id) then
    raise exception 'this event cannot be stored' using errcode = 'invalid_text_representation';
  end if;
  return new;
end $$;
create trigger refuse before insert on events for each row execute function refuse();`;

test('a run with which its runner cannot go on has its claim in its trace', async () => {
  const [unstorable, unstartable] = ['d'.repeat(32), 'e'.repeat(32)];
  const { databaseUrl } = bench.stack;
  await rows(databaseUrl, REFUSE);
  const { id, watch } = await startTracedRun(bench, { traceId: unstorable });
  await rows(databaseUrl, 'insert into refused values ($1)', [id]);
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
      ...{ project: await bench.client.project(), baseUrl: bench.site.url },
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
}, 40_000);
