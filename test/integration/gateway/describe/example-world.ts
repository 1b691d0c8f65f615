/*
 * What the examples of the contract name, made for real: a fresh caller for each example, and the things it names. Owns
 * none of it after: the database goes with its file.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportGateway } from '#shared/adapters/database/processes/gateways.ts';
import { lead } from '#shared/adapters/database/processes/leadership.ts';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { SESSION_LOCK_SPACE } from '#shared/adapters/database/processes/session.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { DEFAULT_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import {
  type EndpointExample,
  SAMPLE,
  type SampleName,
} from '../../../../services/gateway/describe/examples/example.ts';
import { ORDER_FLOW } from '../../../../services/gateway/describe/examples/flows.ts';
import {
  BEGUN,
  CANCEL,
  CLAIM,
  CLOSED,
  claimByHand,
  INTERRUPTED,
  LAUNCHED,
  PAUSE,
  queueRun,
  STEP_OK,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { keepCheckpoint } from '../../../support/given/keep-checkpoint.ts';
import { paintRun } from '../../../support/live/paint-run.ts';
import { keepTrace } from '../../../support/playwright-trace/keep-trace.ts';
import { addBatch } from '../batches/batches.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  inviteTo,
  PASSWORD,
  type Person,
  randomName,
  type Sent,
  startRun,
  type TestGateway,
} from '../fixture.ts';
import { addProfile } from '../profiles/profiles.ts';
import { addOccurrences, addSchedule } from '../schedules/schedules.ts';
import { addSecret, addUse } from '../secrets/secrets.ts';
import { addWebhook } from '../webhooks/webhooks.ts';

export interface World {
  caller: Pick<Sent, 'as' | 'key'>;
  /** Any value of the example, with what is really there in place of its samples. */
  real<T>(value: T): T;
  /** What stands for a sample, and so has to be the same in the answer. */
  exact: ReadonlySet<string>;
}

/** What the examples call the server of NATS. */
const SAMPLE_SERVER = '127.0.0.1:4222';

/** Makes whatever an example names. */
export async function makeWorld(gateway: TestGateway, example: EndpointExample): Promise<World> {
  const ann = await createPerson(gateway);
  const known: Partial<Record<SampleName, string>> = {
    user: ann.userId,
    project: ann.projectId,
    email: ann.email,
    password: PASSWORD,
  };
  const { params, query, headers, body, given = [] } = example;
  const request = JSON.stringify({ params, query, headers, body });
  const named = (Object.keys(SAMPLE) as SampleName[]).filter(
    (name) => !(name in known) && (given.includes(name) || request.includes(SAMPLE[name])),
  );
  for (const name of named) Object.assign(known, await MAKE[name]?.(gateway, ann));
  return {
    exact: new Set(Object.values(known)),
    caller: await callerOf(gateway, ann, example),
    real: (value) =>
      JSON.parse(
        Object.entries(known).reduce(
          (text, [name, actual]) => text.replaceAll(SAMPLE[name as SampleName], actual),
          JSON.stringify(value).replaceAll(SAMPLE_SERVER, new URL(gateway.nats.serviceUrl).host),
        ),
      ),
  };
}

async function callerOf(
  gateway: TestGateway,
  ann: Person,
  { as }: EndpointExample,
): Promise<World['caller']> {
  if (as === 'nobody') return {};
  if (as === 'admin') return { as: await createPerson(gateway, 'admin') };
  return as === 'key' ? { key: await createKey(gateway, ann, [...DEFAULT_SCOPES]) } : { as: ann };
}

type Make = (gateway: TestGateway, ann: Person) => Promise<Partial<Record<SampleName, string>>>;

const MAKE: Partial<Record<SampleName, Make>> = {
  queuedRun: async (gateway, ann) => ({ queuedRun: await startRun(gateway, ann) }),
  runningRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
    return { runningRun: id };
  },
  heldRun: async (gateway, ann) => {
    const { id, owner, ownerId } = await claimed(gateway, ann);
    for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
    return { heldRun: id, runner: await liveRunner(gateway, ownerId) };
  },
  watchedRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
    paintRun(gateway.frames, id);
    return { watchedRun: id };
  },
  supervisor: async ({ sql }) => {
    const id = crypto.randomUUID();
    await sql.rows('delete from leaders');
    await lead(sql, 'supervisor', id, 60_000);
    // The name of its connections; one of the pool's stands in for them.
    await sql.rows(`select set_config('application_name', $1, false)`, [`ghostly-supervisor ${id}`]);
    await sql.rows(
      `insert into system_samples (at, waiting, oldest_ms, running, cancelling, slots, passed, failed, cancelled, lost,
         wait_ms, cancel_ms, slowest_cancel_ms)
       values (date_trunc('minute', clock_timestamp()), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) on conflict do nothing`,
    );
    return { supervisor: id };
  },
  gateway: async ({ sql }) => {
    const id = randomUUID();
    const since = new Date(Date.now() - 60_000).toISOString();
    const ended = [{ name: 'database', since, until: new Date().toISOString() }];
    const server = { answers: true, since, latencyMs: 0.4 };
    await sql.rows('delete from gateways');
    await reportGateway(sql, { id, host: 'here', pid: 42, looks: { database: server, nats: server }, ended });
    return { gateway: id };
  },
  pausedRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of [CLAIM, LAUNCHED, BEGUN, { ...PAUSE, forMs: 1e13 }, STEP_OK])
      await owner.commit(event);
    return { pausedRun: id };
  },
  askingRun: async (gateway, ann) => {
    const { id } = await askingRun(gateway.sql, ann);
    return { askingRun: id };
  },
  answerToken: async (gateway, ann) => {
    const { id } = await askingRun(gateway.sql, ann);
    const { body } = await call(gateway, 'POST', `/v1/runs/${id}/answer-link`, { as: ann });
    return { answerToken: (body as { url: string }).url.split('/').at(-1)! };
  },
  checkedRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of TO_PASS) await owner.commit(event);
    await keepCheckpoint(gateway.sql, id);
    return { checkedRun: id };
  },
  passedRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of TO_PASS) await owner.commit(event);
    const screenshot = `${id}/1-0.png`;
    await gateway.sql.rows(
      `insert into steps (run_id, index, epoch, action, ok, screenshot_path) values
       ($1, 0, 1, 'goto', true, $2), ($1, 1, 1, 'click', true, null)`,
      [id, screenshot],
    );
    const folder = await gateway.artifactFolder(id);
    await writeFile(join(folder, '1-0.png'), 'a picture');
    await keepTrace(folder, id);
    return { passedRun: id };
  },
  cancelledRun: async (gateway, ann) => {
    const { id, owner } = await claimed(gateway, ann);
    for (const event of [CLAIM, LAUNCHED, BEGUN]) await owner.commit(event);
    await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: ann, body: { reason: 'wrong quantity' } });
    const closed = { ...CLOSED, output: { at: 0, browserPid: 5170 } } as TestEvent;
    for (const event of [{ ...CANCEL, via: 'command' as const }, INTERRUPTED, closed])
      await owner.commit(event);
    return { cancelledRun: id };
  },
  cancelJob: async (gateway, ann) => {
    const ids = [await startRun(gateway, ann)];
    const { body } = await call(gateway, 'POST', '/v1/runs/cancel', { as: ann, body: { ids } });
    return { cancelJob: idOf(body) };
  },
  apiKey: async (gateway, ann) => {
    const { body } = await call(gateway, 'POST', '/v1/api-keys', {
      as: ann,
      body: { label: 'nightly tests' },
    });
    return { apiKey: idOf(body) };
  },
  colleague: makeColleague,
  colleagueEmail: makeColleague,
  flow: async (gateway, ann) => {
    await keepFlow(gateway, ann, { flow: ORDER_FLOW.first, description: 'Orders an article' });
    await keepFlow(gateway, ann, { flow: ORDER_FLOW.newest });
    const { owner, id } = await claimed(gateway, ann);
    await gateway.sql.rows('update runs set flow_name = $2, flow_version = 2 where id = $1', [
      id,
      SAMPLE.flow,
    ]);
    for (const event of TO_PASS) await owner.commit(event);
    return { flow: SAMPLE.flow };
  },
  deletedFlow: async (gateway, ann) => {
    const { deletedFlow } = SAMPLE;
    await keepFlow(gateway, ann, { flow: ORDER_FLOW.first }, deletedFlow);
    await call(gateway, 'DELETE', `/v1/projects/${ann.projectId}/flows/${deletedFlow}`, { as: ann });
    return { deletedFlow };
  },
  schedule: scheduledCheck,
  checkFlow: scheduledCheck,
  batch: checkedBatch,
  liveBatch: checkedBatch,
  profile: savedProfile,
  loginFlow: savedProfile,
  secret: usedSecret,
  secretRun: usedSecret,
  webhook: notifiedCaller,
  delivery: notifiedCaller,
  sentInvitation: invitedByCaller,
  receivedInvitation: inviteCaller,
  invitedTo: inviteCaller,
  newEmail: async () => ({ newEmail: `${randomName()}@test.local` }),
};

async function keepFlow(gateway: TestGateway, ann: Person, body: unknown, name: string = SAMPLE.flow) {
  const path = `/v1/projects/${ann.projectId}/flows/${name}`;
  const { status } = await call(gateway, 'PUT', path, { as: ann, body });
  if (status !== 201) throw new Error(`not kept: ${status}`);
}

/** The body of each flow that an example needs for something else. */
const VISIT = { baseUrl: 'https://shop.example.com', steps: [{ action: 'goto', url: '/' }] };

async function scheduledCheck(gateway: TestGateway, ann: Person) {
  const { schedule, checkFlow } = SAMPLE;
  await keepFlow(gateway, ann, { flow: VISIT }, checkFlow);
  await addSchedule(gateway, ann, { flow: checkFlow, name: schedule, start: { labels: ['nightly'] } });
  await addOccurrences(gateway, ann, schedule);
  return { schedule, checkFlow };
}

async function checkedBatch(gateway: TestGateway, ann: Person) {
  const { checkFlow: flow } = SAMPLE;
  await keepFlow(gateway, ann, { flow: VISIT }, flow);
  const batch = await addBatch(gateway, ann, { flow, ended: true });
  return { checkFlow: flow, batch, liveBatch: await addBatch(gateway, ann, { flow }) };
}

async function savedProfile(gateway: TestGateway, ann: Person) {
  const { profile, loginFlow } = SAMPLE;
  await keepFlow(gateway, ann, { flow: VISIT }, loginFlow);
  await addProfile(gateway, ann.projectId, ann, loginFlow, profile);
  return { profile, loginFlow };
}

async function usedSecret(gateway: TestGateway, ann: Person) {
  const { projectId, userId } = ann;
  const secretRun = randomUUID();
  const name = await addSecret(gateway, projectId, ann, `shop_${secretRun.slice(0, 8)}`);
  await addUse(gateway, projectId, { name, runId: secretRun, userId });
  return { secret: name, secretRun };
}

async function notifiedCaller(gateway: TestGateway, ann: Person) {
  const { webhook, delivery, run } = await addWebhook(gateway, ann.projectId, ann);
  return { webhook, delivery, queuedRun: run };
}

async function invitedByCaller(gateway: TestGateway, ann: Person) {
  const newEmail = `${randomName()}@test.local`;
  const invitation = { by: ann, email: newEmail, role: 'viewer' } as const;
  return { newEmail, sentInvitation: await inviteTo(gateway, ann.projectId, invitation) };
}

async function inviteCaller(gateway: TestGateway, ann: Person) {
  const carol = await createPerson(gateway);
  const receivedInvitation = await inviteTo(gateway, carol.projectId, { by: carol, email: ann.email });
  return { receivedInvitation, invitedTo: carol.projectId };
}

async function makeColleague(gateway: TestGateway, ann: Person) {
  const bob = await createPerson(gateway);
  await addMember(gateway, ann.projectId, bob, 'viewer');
  return { colleague: bob.userId, colleagueEmail: bob.email };
}

/** A run of the caller that is played by hand; runs that other examples left waiting are taken out of its way. */
async function claimed({ sql }: TestGateway, ann: Person) {
  const { id } = await queueRun(sql, ann);
  for (;;) {
    const ownerId = crypto.randomUUID();
    const owner = await claimByHand(sql, ownerId);
    if (owner.run.id === id) return { id, owner, ownerId };
  }
}

/** A runner whose process lives: its lock stays with a connection of the pool. */
async function liveRunner({ sql }: TestGateway, id: string): Promise<string> {
  const lockKey = await registerRunner(sql, {
    id,
    host: 'runner-1',
    pid: 4_711,
    slots: 4,
    labels: ['eu-west'],
  });
  await heartbeat(sql, id, [], 10_000);
  await sql.rows('select pg_advisory_lock($1, $2)', [SESSION_LOCK_SPACE, lockKey]);
  return id;
}

const idOf = (body: unknown): string => (body as { id: string }).id;
