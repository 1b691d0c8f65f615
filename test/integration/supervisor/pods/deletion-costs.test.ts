/* Kubernetes is told once for each change how many runs each pod has, and what it refuses is tried again. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { startDuties } from '../../../../services/supervisor/duty.ts';
import { createPodCosts } from '../../../../services/supervisor/pods/tell-costs.ts';
import { type ApiServer, startApiServer } from '../../../support/cluster/api-server.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { endRun, giveOwner } from '../../../support/database/leases.ts';
import { queueRun } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { needs } from '../../../support/machine.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

await needs('openssl');

let database: Database;
let account: { userId: string; projectId: string };
beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'costs' });
  afterFile(async () => database[Symbol.asyncDispose]());
  account = await createOwner(database.sql);
});

async function addRunner(pod: string): Promise<string> {
  const id = randomUUID();
  await registerRunner(database.sql, { id, host: pod, pid: 1, slots: 4, labels: [] });
  onTestFinished(async () => void (await database.sql.rows('delete from runners where id = $1', [id])));
  return id;
}

async function giveRun(runner: string): Promise<string> {
  const { id } = await queueRun(database.sql, account);
  await giveOwner(database.sql, id, runner);
  onTestFinished(() => endRun(database.sql, id));
  return id;
}

/** A supervisor's telling, each round when it is woken. */
function startTelling(server: ApiServer) {
  const resources = new AsyncDisposableStack();
  onTestFinished(() => resources.disposeAsync());
  const lines: string[] = [];
  const telling = { leading: true, rounds: 0, wake: (): void => undefined, lines };
  const config = readConfig(server.env, ['GHOSTLY_KUBERNETES_API', 'GHOSTLY_KUBERNETES_ACCOUNT']);
  const { tell, forget } = createPodCosts(config, database.sql);
  const podCosts = { everyMs: 5_000, work: tell, rest: forget, failure: 'refused', recovery: 'taken again' };
  startDuties(
    { podCosts },
    {
      resources,
      log: createLog('test', 'info', {
        write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg),
      }),
      leadership: {
        isLeading() {
          telling.rounds += 1;
          return telling.leading;
        },
        onLead: (wake) => {
          telling.wake = wake;
        },
      },
    },
  );
  return telling;
}

test('the supervisor that leads tells Kubernetes how many runs each pod has, once for each change', async () => {
  await using server = await startApiServer();
  for (const pod of ['busy', 'idle', 'elsewhere']) server.pods.set(pod, undefined);
  const [busy] = [await addRunner('busy'), await addRunner('idle')];
  // Its container started again: another incarnation in the same pod.
  const again = await addRunner('busy');
  const runs = [await giveRun(busy), await giveRun(busy), await giveRun(again)];
  const telling = startTelling(server);
  await eventually(() =>
    expect(Object.fromEntries(server.pods)).toEqual({ busy: '3', idle: '0', elsewhere: undefined }),
  );
  // What it may believe to be idle comes first.
  expect(server.answers.map((line) => line.replace(/\?.*/, ''))).toEqual([
    '200 PATCH /api/v1/namespaces/browsers/pods/busy',
    '200 PATCH /api/v1/namespaces/browsers/pods/idle',
  ]);

  await endRun(database.sql, runs[0]!);
  telling.wake();
  await eventually(() => expect(server.pods.get('busy')).toBe('2'));
  expect(server.answers).toHaveLength(3);
  telling.leading = false;
  await endRun(database.sql, runs[1]!);
  const { rounds } = telling;
  telling.wake();
  await eventually(() => expect(telling.rounds).toBe(rounds + 1));
  expect(server.answers).toHaveLength(3);
  telling.leading = true;
  // Another leader may have reported other costs: all of them are reported again.
  telling.wake();
  await eventually(() => expect(server.answers).toHaveLength(5));
  expect(Object.fromEntries(server.pods)).toMatchObject({ busy: '1', idle: '0' });
});

test('what Kubernetes refuses or does not know costs nothing: it is said once, and tried again', async () => {
  await using server = await startApiServer();
  server.pods.set('pod', undefined);
  server.mayPatch = false;
  await giveRun(await addRunner('pod'));
  await addRunner('outside-of-the-cluster');
  const telling = startTelling(server);
  await eventually(() => expect(telling.lines).toEqual(['refused']));
  telling.wake();
  await eventually(() => expect(server.answers.length).toBeGreaterThan(1));
  expect(telling.lines).toHaveLength(1);

  server.mayPatch = true;
  await server.renewToken();
  telling.wake();
  await eventually(() => expect(server.pods.get('pod')).toBe('1'));
  await eventually(() => expect(telling.lines).toEqual(['refused', 'taken again']));
  const asked = () => server.answers.filter((line) => line.startsWith('404'));
  await eventually(() => expect(asked()).toHaveLength(1));
  telling.wake();
  telling.wake();
  expect(asked()).toHaveLength(1);
});

test('a pod that Kubernetes refuses to change keeps no other from being changed', async () => {
  await using server = await startApiServer();
  for (const pod of ['refused', 'other']) server.pods.set(pod, undefined);
  server.refused.add('refused');
  const refused = await addRunner('refused');
  await giveRun(refused);
  await giveRun(refused); // it comes first
  await giveRun(await addRunner('other'));
  const telling = startTelling(server);
  await eventually(() => expect(Object.fromEntries(server.pods)).toEqual({ refused: undefined, other: '1' }));
  await eventually(() => expect(telling.lines).toHaveLength(1));
  server.refused.clear();
  telling.wake();
  await eventually(() => expect(server.pods.get('refused')).toBe('2'));
});

test('a service account that is not there is said, and a supervisor without a cluster asks for none', async () => {
  await using server = await startApiServer();
  await giveRun(await addRunner('pod'));
  const missing = { ...server, env: { ...server.env, GHOSTLY_KUBERNETES_ACCOUNT: '/nowhere' } };
  const telling = startTelling(missing);
  await eventually(() => expect(telling.lines).toHaveLength(1));
  const without = startTelling({ ...server, env: { ...server.env, GHOSTLY_KUBERNETES_API: '' } });
  without.wake();
  expect(server.answers).toEqual([]);
});
