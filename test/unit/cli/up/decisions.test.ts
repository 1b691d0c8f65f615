/* I10, I15: `ghostly up` gives services only what they read, decides what flows may reach, and repeats no secret. */
import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listenForStop, SAME_REQUEST_MS } from '#shared/platform/process/stop-signals.ts';
import { DatabaseError, databaseReason, isNotThere } from '../../../../services/cli/up/database-error.ts';
import { endingOf, type LogFormat, remarkIn } from '../../../../services/cli/up/echo.ts';
import { processesIn } from '../../../../services/cli/up/inspect.ts';
import type { Keeper } from '../../../../services/cli/up/keeper.ts';
import { chooseGatewayPorts } from '../../../../services/cli/up/ports.ts';
import { matchingLogs } from '../../../../services/cli/up/read-logs.ts';
import { readyMessage } from '../../../../services/cli/up/ready-message.ts';
import { serviceEnvironment } from '../../../../services/cli/up/service-environment.ts';
import { readUpSettings } from '../../../../services/cli/up/settings.ts';
import { stopInOrder, stopOrder } from '../../../../services/cli/up/stop-order.ts';

const UP = {
  gateway: 'http://127.0.0.1:4000',
  nats: 'nats://r:p@127.0.0.1:1',
  database: 'postgres://g:p@127.0.0.1:2/ghostly',
  apiKey: 'gly_secret',
  pids: { gateway: [1], runner: [2, 3], supervisor: [4], nats: 5, postgres: null },
};

describe('what of a log is shown', () => {
  test.each<[LogFormat, string, unknown]>([
    ['pino', '{"level":30,"msg":"fine"}', undefined],
    ['pino', '{"level":40,"msg":"look"}', { level: 'warn', text: 'look' }],
    ['pino', '{"level":60,"msg":"failed","err":{"message":"why"}}', { level: 'error', text: 'failed: why' }],
    ['pino', 'Segmentation fault', { level: 'warn', text: 'Segmentation fault' }],
    ['nats', '[1] 2026/01/01 00:00:00.1 [INF] Server is ready', undefined],
    ['nats', '[1] 2026/01/01 00:00:00.1 [WRN] Plaintext passwords detected, use nkeys or bcrypt', undefined],
    ['nats', '[1] 2026/01/01 00:00:00.1 [ERR] no space left', { level: 'error', text: 'no space left' }],
    ['postgres', '2026-01-01 UTC [1] LOG:  checkpoint', undefined],
    ['postgres', '2026-01-01 UTC [1] ERROR:  duplicate key', undefined],
    ['postgres', '2026-01-01 UTC [1] FATAL:  out of memory', { level: 'error', text: 'out of memory' }],
  ])('%s: %s', (format, line, remark) => {
    expect(remarkIn(format, line)).toEqual(remark);
  });
});

test.each([
  [['{"level":60,"msg":"PORT: must be a number"}', ''], 'PORT: must be a number'],
  [['file.ts:1', 'TypeError: no such thing', '    at x', 'Node.js v24.0.0'], 'TypeError: no such thing'],
  [['cannot work like this', ''], 'cannot work like this'],
  [[], 'no output'],
])('why a service ended: %j', (lines, reason) => {
  expect(endingOf(lines)).toBe(reason);
});

describe('gateway ports', () => {
  const busy =
    (...ports: number[]) =>
    async (port: number) =>
      ports.includes(port) ? undefined : port;

  test('the first has the port that was asked for, the others the next free ones', async () => {
    expect(await chooseGatewayPorts(4000, 3, '127.0.0.1', busy(4001))).toEqual([4000, 4002, 4003]);
  });
  test('0 leaves all to the system', async () => {
    expect(await chooseGatewayPorts(0, 2, '127.0.0.1', busy())).toEqual([0, 0]);
  });
  test('a busy first port is an error that names the option', async () => {
    await expect(chooseGatewayPorts(4000, 1, '127.0.0.1', busy(4000))).rejects.toThrow('--port N');
  });
  test('it does not search past the last port', async () => {
    await expect(chooseGatewayPorts(65_535, 2, '127.0.0.1', busy())).rejects.toThrow('not enough free ports');
  });
});

describe('settings', () => {
  const args = { runners: 1, gateways: 1, port: undefined };

  test('an empty variable counts as not set', () => {
    const settings = readUpSettings({ DATABASE_URL: '', PORT: '', GHOSTLY_ADMIN_PASSWORD: '' }, args);
    expect(settings).toMatchObject({ port: 4000, external: {}, admin: { email: 'admin@ghostly.local' } });
    expect(settings.admin.password).toBeUndefined();
  });
  test.each([
    [{}, 'any'],
    [{ HOST: 'localhost' }, 'any'],
    [{ HOST: '127.0.0.2' }, 'any'],
    [{ HOST: '::1' }, 'any'],
    [{ HOST: '0.0.0.0' }, 'public'],
    [{ HOST: '192.168.1.7' }, 'public'],
    [{ HOST: '127.0.0.1.example.com' }, 'public'],
    [{ HOST: '0.0.0.0', GHOSTLY_EGRESS: 'any' }, 'any'],
    [{ GHOSTLY_EGRESS: 'public' }, 'public'],
  ])('I15: with %o flows may reach: %s', (env, egress) => {
    expect(readUpSettings(env, args).egress).toBe(egress);
  });
  test('an option outranks its variable', () => {
    expect(readUpSettings({ PORT: '5000' }, { ...args, port: 0 }).port).toBe(0);
    expect(readUpSettings({ PORT: '5000' }, args).port).toBe(5000);
  });
  test.each([
    [{ PORT: 'x' }, 'PORT'],
    [{ GHOSTLY_HEALTH_PORT: '4001' }, 'GHOSTLY_HEALTH_PORT: must be 0'],
    [{ GHOSTLY_LEASE_MS: '1000', GHOSTLY_CANCEL_GRACE_MS: '900' }, 'GHOSTLY_CANCEL_GRACE_MS'],
    [{ NATS_URL: 'http://x' }, 'NATS_URL'],
    [{ DATABASE_URL: 'postgres://h/d' }, 'GHOSTLY_JWT_SECRET'],
    [{ GHOSTLY_QUEUE_TIMEOUT_MS: 'soon' }, 'GHOSTLY_QUEUE_TIMEOUT_MS'],
    [{ GHOSTLY_ADMIN_EMAIL: 'bob' }, 'GHOSTLY_ADMIN_EMAIL: must be an e-mail address'],
    [{ GHOSTLY_ADMIN_PASSWORD: 'x' }, 'GHOSTLY_ADMIN_PASSWORD'],
  ])('%o is refused before anything starts', (env, name) => {
    expect(() => readUpSettings(env, args)).toThrow(name);
  });
  test('the admin is read as register would: trimmed, in lower case', () => {
    const env = { GHOSTLY_ADMIN_EMAIL: ' Bob@Test.Local ', GHOSTLY_ADMIN_PASSWORD: 'long enough' };
    expect(readUpSettings(env, args).admin).toEqual({ email: 'bob@test.local', password: 'long enough' });
  });
  test('I10: a password that is refused is not repeated', () => {
    expect(() => readUpSettings({ GHOSTLY_ADMIN_PASSWORD: 'qzx' }, args)).toThrow(/^(?!.*qzx)/s);
  });
  test('I10: a service gets what it reads, and neither the admin’s password nor what else the shell has', () => {
    const secrets = { GHOSTLY_ADMIN_PASSWORD: 'x', GHOSTLY_ADMIN_EMAIL: 'a@b', AWS_SECRET_ACCESS_KEY: 's' };
    const system = { PATH: '/bin', LC_ALL: 'C', NODE_COMPILE_CACHE: '/cache' };
    const signs = {
      GHOSTLY_JWT_SECRET: 'a',
      GHOSTLY_JWT_SECRET_PREVIOUS: 'b',
      GHOSTLY_NATS_ISSUER_SEED: 'c',
    };
    const known = {
      ...secrets,
      ...system,
      ...signs,
      RUNNER_SLOTS: '1',
      http_proxy: 'h',
      GHOSTLY_RETENTION_DAYS: '2',
    };
    expect(serviceEnvironment('gateway', known)).toEqual({ ...system, ...signs });
    expect(serviceEnvironment('runner', known)).toEqual({ ...system, RUNNER_SLOTS: '1', http_proxy: 'h' });
    expect(serviceEnvironment('supervisor', known)).toEqual({
      ...system,
      GHOSTLY_RETENTION_DAYS: '2',
      http_proxy: 'h',
    });
  });
  test('the credentials of an object store are for services that have one', () => {
    const store = { GHOSTLY_ARTIFACTS: 's3://runs', AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' };
    for (const kind of ['gateway', 'runner', 'supervisor'] as const) {
      expect(serviceEnvironment(kind, store)).toEqual(store);
      expect(serviceEnvironment(kind, { ...store, GHOSTLY_ARTIFACTS: '' })).toEqual({
        GHOSTLY_ARTIFACTS: '',
      });
    }
  });
});

describe('signals', () => {
  test('the same request may come twice within a moment; a later one forces', async () => {
    const source = new EventEmitter() as unknown as NodeJS.Process;
    let now = 1_000;
    const stop = listenForStop(source, () => now);
    source.emit('SIGINT', 'SIGINT');
    source.emit('SIGINT', 'SIGINT');
    expect(await stop.first).toBe('SIGINT');
    expect(stop.forced.aborted).toBe(false);
    now += SAME_REQUEST_MS + 1;
    source.emit('SIGTERM', 'SIGTERM');
    expect(stop.forced.aborted).toBe(true);
    stop.dispose();
    expect(source.listenerCount('SIGINT')).toBe(0);
  });
});

describe('stopping', () => {
  const note: string[] = [];
  const keeper = (name: string): Keeper => ({
    name,
    pid: 1,
    start: async () => {},
    stop: async () => void note.push(name),
    kill: () => void note.push(`kill ${name}`),
  });
  const stack = {
    postgres: [keeper('postgres')],
    nats: [keeper('nats')],
    supervisors: [keeper('supervisor')],
    runners: [keeper('runner')],
    gateways: [keeper('gateway')],
  };
  const steps = stopOrder(stack, 10_000);

  test('goes gateway, runners, supervisor, NATS, PostgreSQL, within 20 s with the default drain', async () => {
    note.length = 0;
    await stopInOrder(steps, new AbortController().signal);
    expect(note).toEqual(['gateway', 'runner', 'supervisor', 'nats', 'postgres']);
    expect(steps.reduce((sum, { withinMs }) => sum + withinMs, 0)).toBeLessThanOrEqual(20_000);
    expect(steps[1]?.withinMs).toBeGreaterThan(10_000);
  });
  test('kills in the same order once it is forced', async () => {
    note.length = 0;
    await stopInOrder(steps, AbortSignal.abort());
    expect(note.filter((line) => line.startsWith('kill'))).toEqual(
      ['gateway', 'runner', 'supervisor', 'nats', 'postgres'].map((name) => `kill ${name}`),
    );
  });
});

test('a database that is not there differs from one that refuses', () => {
  const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
  expect(isNotThere(refused)).toBe(true);
  expect(isNotThere(new Error('outer', { cause: refused }))).toBe(true);
  expect(isNotThere(new AggregateError([refused]))).toBe(true);
  expect(isNotThere(Object.assign(new Error('the database system is starting up'), { code: '57P03' }))).toBe(
    true,
  );
  expect(isNotThere(Object.assign(new Error('password authentication failed'), { code: '28P01' }))).toBe(
    false,
  );
});

test('what a database refuses is one line, and a defect stays what it is', () => {
  const refusal = Object.assign(new Error('password authentication failed'), { code: '28P01' });
  expect(DatabaseError.from(refusal)).toMatchObject({
    message: 'the database cannot be used: password authentication failed',
    cause: refusal,
  });
  const both = new AggregateError([Object.assign(new Error('connect to ::1'), { code: 'ECONNREFUSED' })]);
  expect(databaseReason(both)).toBe('connect to ::1');
  for (const defect of [
    new TypeError('x is undefined'),
    Object.assign(new Error('syntax error'), { code: '42601' }),
    Object.assign(new TypeError('not a string'), { code: 'ERR_INVALID_ARG_TYPE' }),
  ]) {
    expect(DatabaseError.from(defect)).toBe(defect);
  }
});

test('a log is named by itself or by its kind', () => {
  const names = ['gateway-1', 'nats', 'runner-1', 'runner-12'];
  expect(matchingLogs(names, 'runner')).toEqual(['runner-1', 'runner-12']);
  expect(matchingLogs(names, 'runner-1')).toEqual(['runner-1']);
  expect(matchingLogs(names, 'nats')).toEqual(['nats']);
  expect(matchingLogs(names, undefined)).toEqual(names);
  expect(matchingLogs(names, 'run')).toEqual([]);
});

test('the state of each process is read by its pid', () => {
  const states = processesIn(UP, (pid) => pid !== 3).map(({ name, state }) => `${name} ${state}`);
  expect(states).toEqual([
    'gateway-1 running',
    'runner-1 running',
    'runner-2 not running',
    'supervisor-1 running',
    'nats running',
    'postgres external',
  ]);
});

describe('the ready message', () => {
  const facts = {
    up: UP,
    cwd: '/clone',
    homePath: '/clone/.ghostly',
    apiKeyFile: '/clone/.ghostly/api-key',
    inMs: 2_345,
    admin: undefined,
    adminEmail: 'admin@ghostly.local',
    example: undefined,
    processes: '1 gateway',
  };

  test('gives the URL and a command that works as it is', () => {
    const text = readyMessage(facts);
    expect(text).toContain('Open http://127.0.0.1:4000 and sign in as admin@ghostly.local');
    expect(text).toContain('curl -s -H "X-Api-Key: $(cat .ghostly/api-key)" http://127.0.0.1:4000/v1/runs');
    expect(readyMessage({ ...facts, example: 'examples/a.json' })).toContain(
      'npx ghostly run examples/a.json --watch',
    );
  });
  test('gives each gateway a row', () => {
    const gateways = ['http://127.0.0.1:4000', 'http://127.0.0.1:4001'];
    const rows = readyMessage({ ...facts, up: { ...UP, gateways } }).match(/^ {2}gateway .*$/gm);
    expect(rows).toEqual(gateways.map((url) => `  gateway  ${url}`));
    expect(readyMessage(facts).match(/^ {2}gateway /gm)).toHaveLength(1);
  });
  test('without a key it says in one line how to get one, and offers nothing that needs it', () => {
    const text = readyMessage({ ...facts, up: { ...UP, apiKey: '' }, example: 'examples/a.json' });
    expect(text).not.toMatch(/API key {2}|api-key$|curl|ghostly run/m);
    expect(text).toMatch(
      /^ {2}No API key: .*no admin admin@ghostly\.local.*GHOSTLY_ADMIN_EMAIL.*POST \/v1\/api-keys.*$/m,
    );
  });
  test('I10: shows no secret but a password that was made up', () => {
    const secrets = /gly_secret|nats:|postgres:/;
    expect(readyMessage(facts)).not.toMatch(secrets);
    const made = readyMessage({ ...facts, admin: { email: 'a@b', password: 'made-up' } });
    expect(made).toContain('a@b, password made-up');
    expect(readyMessage({ ...facts, admin: { email: 'a@b', password: undefined } })).not.toContain(
      'password',
    );
  });
});
