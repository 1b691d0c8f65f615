/* `npm start` as a newcomer types it, with the real services: everything else about `up` is in integration/cli/up. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLines } from '#shared/platform/files/lines.ts';
import { removePostgresData } from '../../services/cli/local/postgres.ts';
import { rows } from '../support/database/rows.ts';
import { eventually, PATIENCE_MS, promisedMs, scaledMs } from '../support/eventually.ts';
import { type Client, createClient, logIn } from '../support/http/client.ts';
import { needs } from '../support/machine.ts';
import { extendedOnly } from '../support/share.ts';
import { startSite, type TestSite } from '../support/sites/site.ts';
import { expectNothingLeft, processesWith } from '../support/stack/leaks.ts';

interface UpFile {
  gateway: string;
  apiKey: string;
  database: string;
  pids: { gateway: number[]; runner: number[]; supervisor: number[]; nats: number; postgres: number };
}

const CLONE = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let home: string;
let npm: ChildProcess;
let ended: Promise<unknown>;
const output: string[] = [];
let site: TestSite;
let client: Client;

/** Short, for what waits until a killed service is missed. */
const TIMES = {
  GHOSTLY_LEASE_MS: String(scaledMs(6_000)),
  GHOSTLY_CANCEL_GRACE_MS: String(scaledMs(1_500)),
};
const environment = () => {
  const { DATABASE_URL: _, NATS_URL: __, GHOSTLY_ADMIN_PASSWORD: ___, ...rest } = process.env;
  return { ...rest, GHOSTLY_HOME: home, ...TIMES };
};
const upFile = async (): Promise<UpFile> => JSON.parse(await readFile(join(home, 'up.json'), 'utf8'));
const ghostly = async (...args: string[]): Promise<string> => {
  const { stdout } = await run(process.execPath, ['services/cli/main.ts', ...args], {
    cwd: CLONE,
    env: environment(),
  });
  return stdout;
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ghostly-test-start-'));
  await chmod(home, 0o700);
  site = await startSite();
  npm = spawn('npm', ['start', '--', '--port', '0', '--runners', '2', '--gateways', '2'], {
    cwd: CLONE,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exit = Promise.withResolvers<unknown>();
  npm.on('close', exit.resolve);
  npm.on('error', exit.reject);
  ended = exit.promise;
  for (const stream of [npm.stdout, npm.stderr]) if (stream) readLines(stream, (line) => output.push(line));
  const isReady = () => expect(output.join('\n')).toContain('Ghostly is ready');
  await Promise.race([
    eventually(isReady, { timeoutMs: 2 * PATIENCE_MS }),
    ended.then(() => Promise.reject(new Error(`npm start ended: ${output.join('\n')}`))),
  ]);
  const { gateway, apiKey } = await upFile();
  client = createClient(gateway, { apiKey });
});

afterAll(async () => {
  if (npm.exitCode === null && npm.signalCode === null) {
    npm.kill('SIGTERM');
    await ended;
  }
  await site[Symbol.asyncDispose]();
  await removePostgresData({ dataDir: join(home, 'postgres') });
  await rm(home, { recursive: true, force: true });
});

test('it prints the URL, what was found, and a password that logs the admin in', async () => {
  const text = output.join('\n');
  expect(text).toContain(client.url);
  expect(text).toMatch(/nats-server: (found|ready)/);
  expect(text).toMatch(/Chromium.*: (found|ready)/);
  expect(text).toMatch(/npx ghostly run \S*examples\/order\.json --watch/);
  const [, password = ''] = /admin@ghostly\.local, password (\S+)/.exec(text) ?? [];
  expect(await logIn(client.as({}), 'admin@ghostly.local', password)).toMatch(/\./);
});

test('I11: its services sign in to the database as its owner, who is no superuser', async () => {
  const { database } = await upFile();
  const text =
    'select rolsuper as super, (select count(*)::int from runs) as runs from pg_roles where rolname = current_user';
  expect(await rows(database, text)).toEqual([{ super: false, runs: expect.any(Number) }]);
  const signedIn = `select distinct usename from pg_stat_activity where datname = current_database()
    and application_name ~ '^ghostly-(gateway|runner|supervisor)'`;
  expect(await rows(database, signedIn)).toEqual([{ usename: new URL(database).username }]);
  const { pids } = await upFile();
  const { databasePassword } = JSON.parse(await readFile(join(home, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  for (const pid of [...pids.gateway, ...pids.runner, ...pids.supervisor]) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(environment).not.toContain(databasePassword);
  }
});

test('it serves the visualiser at the URL that it prints', async () => {
  const page = await fetch(client.url, { headers: { accept: 'text/html' } });
  const [, script = ''] = /<script type="module" src="([^"]+)"/.exec(await page.text()) ?? [];
  expect((await fetch(new URL(script, client.url))).headers.get('content-type')).toMatch(/javascript/);
});

test('a flow runs at once with the key of up.json, and the status command says that all is well', async () => {
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/form' }] });
  await (await client.watch(id)).ended();
  expect((await client.read(id)).status).toBe('pass');
  expect(await ghostly('status')).toMatch(/runner-2 +\d+ {2}running/);
});

test('I5: killing runner and supervisor loses no run that comes after, and up.json names the new ones', async () => {
  const before = await upFile();
  for (const pid of [...before.pids.runner, ...before.pids.supervisor]) process.kill(pid, 'SIGKILL');
  const id = await client.start({ baseUrl: site.url, steps: [{ action: 'goto', url: '/form' }] });
  await (await client.watch(id)).ended();
  expect((await client.read(id)).status).toBe('pass');
  await eventually(async () => {
    const { pids } = await upFile();
    expect([pids.runner.length, pids.supervisor.length]).toEqual([2, 1]);
    expect(pids.runner.filter((pid) => before.pids.runner.includes(pid))).toEqual([]);
  });
});

extendedOnly(() => {
  test('SIGTERM ends everything within 20 s, also while a run waits, and the run has its verdict at the next start', async () => {
    const id = await client.start({
      baseUrl: site.url,
      steps: [
        { action: 'goto', url: '/form' },
        { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
      ],
    });
    await eventually(async () => expect((await client.read(id, '?hints=1')).steps).toHaveLength(1));
    const start = performance.now();
    npm.kill('SIGTERM');
    await ended;
    expect(performance.now() - start).toBeLessThan(promisedMs(20_000));
    expect(output.at(-1)).toBe('stopped');
    await expectNothingLeft(home, [join(home, 'tmp')]);

    const again = spawn(process.execPath, ['services/cli/main.ts', 'up', '--port', '0'], {
      cwd: CLONE,
      env: environment(),
      stdio: 'ignore',
      detached: true,
    });
    const againEnded = new Promise((resolve) => again.once('exit', resolve));
    try {
      const { gateway, apiKey } = await eventually(upFile);
      const { status, events } = await createClient(gateway, { apiKey }).read(id);
      expect(status).toBe('fail');
      expect(events.at(-1)).toMatchObject({
        type: 'run_end',
        payload: { cancelled: true, source: 'shutdown' },
      });
    } finally {
      expect(await ghostly('down')).toContain('stopped');
      await againEnded;
    }
    expect(await processesWith(home)).toEqual([]);
  });
});

test('the clone is as clean as before', async () => {
  await needs('git');
  const { stdout } = await run('git', ['status', '--porcelain', '--ignored', '--', '.ghostly', 'logs'], {
    cwd: CLONE,
  });
  expect(stdout).toBe('');
});
