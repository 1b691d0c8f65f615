/* I5, I9: a run with missing events, or an end that cannot be stored, comes to an end and delays no other. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseEvents, refuseRows } from '../../support/database/refuse-events.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { expectWholeStream, seqsOf } from '../../support/http/run-stream.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';

let stack: Stack;
let site: TestSite;
let client: Client;
let supervisor: ServiceProcess;

beforeAll(async () => {
  const env = { GHOSTLY_LEASE_MS: '4000', GHOSTLY_CANCEL_GRACE_MS: '600' };
  [stack, site] = await Promise.all([createStack({ env }), startSite()]);
  const [gateway, started] = await Promise.all([stack.start('gateway'), stack.start('supervisor')]);
  supervisor = started;
  client = await stack.clientOf(gateway);
});
afterAll(() => site?.close());

const startAt = (url: string) =>
  client.start({
    baseUrl: site.url,
    steps: [
      { action: 'goto', url },
      { action: 'waitForSelector', selector: 'h1' },
    ],
  });
const watchToEnd = async (id: string) => (await client.watch(id)).ended(20_000);
const tail = (messages: Awaited<ReturnType<typeof watchToEnd>>) =>
  messages.slice(-2).map(({ data: { kind, status } }) => (status === undefined ? kind : status));

/** Makes a run count as unpublished, by any owner. */
const NOT_PUBLISHED = `
  insert into unpublished (run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at)
  select id, user_id, project_id, created_at, 0, 0, last_seq, 4, clock_timestamp() from runs where id = $1
  on conflict (run_id) do update set seq = 0, rank = 0, due_at = excluded.due_at`;

test('row 28: a hole in a run’s events, or a final status that is not stored, ends its streams, is logged, and holds up neither other runs nor the supervisor', async () => {
  // Cancelled in the queue: nobody but the supervisor has to do with them.
  const ids = await Promise.all(Array.from({ length: 4 }, () => startAt('/plain')));
  for (const id of ids) {
    await client.cancel(id);
    expect(expectWholeStream(await watchToEnd(id))).toMatchObject({ cancelled: true });
  }
  const [atEnd, inMiddle, noStatus, sound] = ids;
  await rows(stack.databaseUrl, 'delete from events where run_id = $1 and seq > 1', [atEnd]);
  await rows(stack.databaseUrl, 'delete from events where run_id = $1 and seq = 2', [inMiddle]);
  await rows(stack.databaseUrl, `delete from status_changes where run_id = $1 and status = 'fail'`, [
    noStatus,
  ]);
  for (const id of ids) await rows(stack.databaseUrl, NOT_PUBLISHED, [id]);

  const toEnd = await watchToEnd(atEnd!);
  expect(seqsOf(toEnd)).toEqual([1]);
  expect(tail(toEnd)).toEqual(['fail', 'end']);
  const beyond = await watchToEnd(inMiddle!);
  expect(seqsOf(beyond).slice(0, 2)).toEqual([1, 3]);
  expect(tail(beyond)).toEqual(['fail', 'end']);
  for (const id of [noStatus!, sound!]) expectWholeStream(await watchToEnd(id));
  await eventually(async () =>
    expect(await rows(stack.databaseUrl, 'select run_id from unpublished')).toEqual([]),
  );
  // It says so once it is stored.
  await eventually(() => {
    for (const id of [atEnd!, inMiddle!, noStatus!]) {
      const reported = supervisor.lines.filter((line) => line.includes(id) && line.includes('missing'));
      expect(reported).toHaveLength(1);
    }
  });
  expect(await supervisor.stop()).toBe(true);
});

test('row 28: an end that cannot be stored ends its run nevertheless, which says why (I5, I9)', async () => {
  supervisor = await stack.start('supervisor');
  const runner = await stack.start('runner', { RUNNER_SLOTS: '5' });
  const refused = await refuseEvents(stack.databaseUrl);
  const names = ['noEnd', 'noStatus', 'noMachine', 'stepThere', 'sound'] as const;
  const ids = await Promise.all(names.map((name) => startAt(`/never?${name}`)));
  await Promise.all(names.map((name) => site.asked(`/never?${name}`)));
  const [noEnd, noStatus, noMachine, stepThere, sound] = ids as [string, string, string, string, string];
  await refused.of(noEnd, 'run_end', 'P0001');
  await refuseRows(stack.databaseUrl, 'status_changes', noStatus);
  await refused.of(noMachine, 'transition', '23514');
  await rows(
    stack.databaseUrl,
    `insert into steps (run_id, attempt, phase, index, epoch, action, ok) values ($1, 1, 'flow', 0, 1, 'goto', true)`,
    [stepThere],
  );
  runner.signal('SIGKILL');
  await runner.exited;

  const streams = await Promise.all(ids.map(watchToEnd));
  for (const messages of streams) expect(tail(messages)).toEqual(['fail', 'end']);
  for (const messages of streams.slice(0, 2))
    expect(messages.filter(({ data }) => data.type === 'run_end')).toEqual([]);
  for (const messages of streams.slice(2))
    expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', staleAfterRestart: true });
  for (const [id, detail] of [
    [noEnd, 'this event cannot be stored'],
    [noStatus, 'this row cannot be stored'],
    [noMachine, 'this event cannot be stored'],
  ] as const)
    expect(await client.read(id)).toMatchObject({
      status: 'fail',
      stopReason: 'stale',
      error: expect.stringContaining(detail),
      cancel: { verdict: { why: 'unstorable', detail } },
    });
  expect((await client.read(stepThere)).steps).toMatchObject([{ index: 0, ok: true }]);
  expect((await client.read(sound)).cancel).toMatchObject({ verdict: { why: 'owner_gone' } });
  await using reader = await connectReader(stack.nats.readerUrl);
  for (const [n, id] of ids.entries())
    await eventually(async () => {
      const stored = await reader.stored(id);
      expect(stored.flatMap(({ data }) => data.seq ?? [])).toEqual(seqsOf(streams[n]!));
      expect(stored.at(-1)?.data).toMatchObject({ kind: 'end' });
    });
  expect(supervisor.lines.filter((line) => line.includes('could not end this run'))).toEqual([]);
  // It removes what the killed one has left.
  await stack.start('runner');
});
