/* I5, I6, I8: after a killed `npm start` the next one has all data, ends the old run and leaves no browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLines } from '#shared/platform/files/lines.ts';
import { removePostgresData } from '../../../services/cli/local/postgres.ts';
import { freePort } from '../../../services/cli/local/process/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { type Client, createClient } from '../../support/http/client.ts';
import { cutStep, expectWholeStream, messageIdsOf } from '../../support/http/run-stream.ts';
import { isEvent } from '../../support/http/sse.ts';
import { connectReader } from '../../support/servers/nats-reader.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { browsersWith, expectNothingLeft, processesWith } from '../../support/stack/leaks.ts';

const CLONE = join(import.meta.dirname, '../../..');
const READY_MS = 90_000;

interface UpFile {
  gateway: string;
  nats: string;
  apiKey: string;
  pids: { gateway: number[]; runner: number[]; supervisor: number[]; nats: number; postgres: number };
}

interface Start {
  npm: ChildProcess;
  ended: Promise<unknown>;
  up: UpFile;
  client: Client;
  output: string[];
}

let home: string;
let port: number;
let site: TestSite;
let start: Start;

async function npmStart(): Promise<Start> {
  const { DATABASE_URL: _, NATS_URL: __, ...rest } = process.env;
  const npm = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: CLONE,
    env: { ...rest, GHOSTLY_HOME: home, GHOSTLY_LEASE_MS: '3000', GHOSTLY_CANCEL_GRACE_MS: '900' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = once(npm, 'exit');
  const output: string[] = [];
  for (const stream of [npm.stdout, npm.stderr]) readLines(stream, (line) => output.push(line));
  const isReady = () => expect(output.join('\n')).toContain('Ghostly is ready');
  await Promise.race([
    eventually(isReady, { timeoutMs: READY_MS }),
    ended.then(() => Promise.reject(new Error(`npm start ended: ${output.join('\n')}`))),
  ]);
  const up: UpFile = JSON.parse(await readFile(join(home, 'up.json'), 'utf8'));
  return { npm, ended, up, client: createClient(up.gateway, { apiKey: up.apiKey }), output };
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-start-'));
  await chmod(home, 0o700);
  [site, port] = await Promise.all([startSite(), freePort()]);
  start = await npmStart();
}, READY_MS);

afterAll(async () => {
  if (start) {
    start.npm.kill('SIGTERM');
    await start.ended;
  }
  try {
    await expectNothingLeft(home, [join(home, 'tmp')]);
  } finally {
    for (const { pid } of await processesWith(home)) kill(pid);
    await site?.close();
    await removePostgresData({ dataDir: join(home, 'postgres') });
    await rm(home, { recursive: true, force: true });
  }
}, 60_000);

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

const everyPid = ({ pids }: UpFile) => Object.values(pids).flat();

/** npm, its shell and `up` are one group; each process that `up` started has one of its own. */
const KILLS: [string, (start: Start) => void, object][] = [
  [
    'with its servers and services, all at once',
    ({ npm, up }) => [-npm.pid!, ...everyPid(up)].forEach(kill),
    { source: 'supervisor', staleAfterRestart: true },
  ],
  // Its services notice, and end what they have before they leave.
  ['alone', ({ npm }) => kill(-npm.pid!), {}],
];

test.each(KILLS)(
  'row 25: npm start killed with -9 %s, and started again on the same port: PostgreSQL and NATS come back with what they had, its run is ended, the next one passes (I5, I6, I8)',
  async (_, killIt, orphaned) => {
    const before = start;
    const id = await before.client.start({
      baseUrl: site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'waitForSelector', selector: '#nope', timeoutMs: 60_000 },
      ],
    });
    await (await before.client.watch(id)).until(isEvent('step_start', 1));
    killIt(before);
    await before.ended;

    start = await npmStart();
    const { client, up } = start;
    expect(up.gateway).toBe(before.up.gateway);
    expect(up.apiKey).toBe(before.up.apiKey);
    for (const pid of everyPid(up)) expect(everyPid(before.up)).not.toContain(pid);
    const messages = await (await client.watch(id)).ended(30_000);
    expect(expectWholeStream(messages)).toMatchObject({ status: 'fail', cancelled: true, ...orphaned });
    expect((await client.read(id)).steps).toEqual([
      { index: 0, action: 'goto', ok: true },
      cutStep(1, 'waitForSelector', 'its runner was lost'),
    ]);

    const next = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/plain' }] });
    const ofNext = await (await client.watch(next)).ended(30_000);
    expect(expectWholeStream(ofNext)).toEqual({ status: 'pass' });
    await using reader = await connectReader(up.nats);
    for (const [run, seen] of [
      [id, messages],
      [next, ofNext],
    ] as const)
      await eventually(
        async () => {
          const ids = (await reader.stored(run)).map((message) => message.id);
          // A watcher that comes after the end is shown the final status at once, and not those before.
          expect(ids.filter((one) => !one.includes(':status:'))).toEqual(
            messageIdsOf(run, seen).filter((one) => !one.includes(':status:')),
          );
        },
        { timeoutMs: 15_000, everyMs: 200 },
      );
    // Nothing of the start before is left: the new one's processes, and at most its one browser.
    const alive = (await processesWith(home)).map(({ pid }) => pid);
    expect(alive.filter((pid) => everyPid(before.up).includes(pid))).toEqual([]);
    expect((await browsersWith(home)).length).toBeLessThanOrEqual(1);
  },
  2 * READY_MS,
);
