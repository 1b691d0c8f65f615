import assert from 'node:assert/strict';
import { type Client, createClient } from '#shared/api/client/index.ts';
import { eventually } from '../support/eventually.ts';
import type { Compose } from './compose.ts';
import { checkConfinement } from './confinement.ts';
import type { Engine } from './engine.ts';
import type { Before } from './images.ts';
import { createLoad, flowOf, type Load } from './load.ts';
import { useObjectStore } from './object-store.ts';
import { endsOf, passed } from './outcomes.ts';
import type { Step } from './report.ts';
import { killRunner, restart, SERVICES } from './restarts.ts';
import { rotate } from './rotation.ts';
import { tellStartTimes } from './start-times.ts';
import { downgrade, upgrade } from './upgrade.ts';

interface Scene {
  compose: Compose;
  engine: Engine;
  before: Before;
  step: Step;
}

/** Longer than the drain. */
const LONG_MS = 100_000;

/** The life of an installation, from the version before to its end. */
export async function playScenario({ compose, engine, before, step }: Scene): Promise<void> {
  const first = await step(`the version before (${before.version}) starts`, async () => {
    await compose.use('before');
    await compose.run(['up', '--detach', '--no-build'], before.folder);
    return signIn(compose);
  });
  await step('a flow passes there', () => passes(first.load));
  await step('upgrade under load', () => upgrade(compose, first.load));
  await step('back to the version before, under load', () => downgrade(compose, first.load, before));
  await step('upgrade again, under load', () => upgrade(compose, first.load));
  await step('secrets are changed', () => rotate(compose, first.load, first.client));
  const { load, client } = await step('signed in again', () => signIn(compose));
  await step('no API key is in a log', () => noKeyInLogs(compose));
  await step('confinement', () => checkConfinement(compose, load));
  await step('a flow passes, in the sandbox of Chromium', () => passes(load));
  await step('a run is cancelled', () => cancelled(load));
  await step('from the start of a container to its service', () => tellStartTimes(compose, engine));
  await step('artifacts go to an object store', () => useObjectStore(compose, load, client));
  await step('three runners', () => threeRunners(compose, load, client));
  for (const service of SERVICES)
    await step(`restart of ${service} under load`, () => restart(compose, load, service));
  await step('kill of the runner under load', () => killRunner(compose, load));
  await step('SIGTERM drains, and then ends all', () => drained(compose, engine, load));
  await step('docker-compose down --volumes', async () => {
    await compose.run(['down', '--volumes', '--timeout', '20']);
  });
}

interface SignedIn {
  /** For the report. */
  toString(): string;
  client: Client;
  load: Load;
}

async function signIn({ url, admin }: Compose): Promise<SignedIn> {
  const { token } = await eventually(() => createClient({ url }).call('login', { body: admin }), {
    timeoutMs: 60_000,
    everyMs: 250,
  });
  const client = createClient({ url, token });
  const [project] = await client.call('listProjects', {});
  assert(project, 'the first account has a project');
  const load = createLoad(client, project.id);
  return { client, load, toString: () => `at ${url}` };
}

async function threeRunners(compose: Compose, load: Load, client: Client): Promise<string> {
  const scale = (count: number) =>
    compose.run(['up', '--detach', '--no-build', '--wait', '--scale', `runner=${count}`]);
  const runs = await load.during(async () => {
    await scale(3);
    const { runners } = await client.call('system', {});
    assert.equal(new Set(runners.map(({ host }) => host)).size >= 3, true, JSON.stringify(runners));
    await scale(1);
  });
  return passed(runs);
}

/** No log has the key: neither that of a new account, nor one of an upgrade or one that was asked for. */
async function noKeyInLogs(compose: Compose): Promise<string> {
  const command = ['node', 'dist/services/cli.js', 'prepare', '--api-key'];
  assert.match(await compose.run(['run', '--rm', '-T', 'prepare', ...command]), /gly_/);
  assert.doesNotMatch(await compose.run(['logs', 'prepare']), /gly_/);
  return 'a key on the terminal, none in the log';
}

async function passes(load: Load): Promise<string> {
  const run = await load.settled(await load.start());
  assert.equal(run.status, 'pass', endsOf([run]));
  return `${run.events?.length} events`;
}

async function cancelled(load: Load): Promise<string> {
  const id = await load.start(flowOf(LONG_MS));
  await load.waits(id);
  const { status } = await load.cancel(id);
  const run = await load.settled(id);
  assert.deepEqual([status, run.status, run.cancel?.source], ['cancelling', 'fail', 'user']);
  return `final as cancelled after ${run.durationMs} ms`;
}

/** A run that lasts longer than the drain is cancelled by its runner; no service has to be killed. */
async function drained(compose: Compose, { podman }: Engine, load: Load): Promise<string> {
  const [short, long] = [await load.start(flowOf(5_000)), await load.start(flowOf(LONG_MS))];
  await Promise.all([short, long].map(load.waits));
  await compose.run(['stop', 'runner']);
  const [passed, stopped] = await Promise.all([short, long].map(load.settled));
  assert.deepEqual([passed?.status, stopped?.status, stopped?.cancel?.source], ['pass', 'fail', 'shutdown']);
  await compose.run(['stop']);
  const format = '{{index .Labels "com.docker.compose.service"}} {{.ExitCode}}';
  const exits = (await podman(['ps', '--all', '--format', format])).trim().split('\n');
  for (const service of ['gateway', 'runner', 'supervisor'])
    assert(exits.includes(`${service} 0`), exits.join());
  return `exit codes: ${exits.join(', ')}`;
}
