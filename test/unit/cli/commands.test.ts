/* A wrong command line ends with code 2 and names its help, and every example of the help can be typed. */
import { expect, test } from 'vitest';
import { ApiError, GatewayError } from '#shared/api/client/index.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import type { CommandContext } from '../../../services/cli/command.ts';
import { COMMANDS } from '../../../services/cli/command-table.ts';
import { dispatch, parse } from '../../../services/cli/dispatch.ts';
import { errorJson, errorText, exitCodeOf } from '../../../services/cli/error-text.ts';
import { FlowError } from '../../../services/cli/flow/flow-file.ts';
import { AddressError } from '../../../services/cli/gateway/address-error.ts';

const type = async (args: string[], env: Record<string, string> = {}) => {
  const lines = { out: [] as string[], err: [] as string[] };
  const context: CommandContext = {
    env,
    cwd: import.meta.dirname,
    root: '/',
    out: (line) => lines.out.push(line),
    err: (line) => lines.err.push(line),
    outClosed: new AbortController().signal,
  };
  const code = await dispatch(COMMANDS, args, context);
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
};

test.each([
  [['run'], 'missing argument'],
  [['run', 'a.json', 'b.json'], 'unexpected argument "b.json"'],
  [['run', '--wach', 'a.json'], "Unknown option '--wach'"],
  [['runs', 'all'], 'unexpected argument "all"'],
  [['watch'], 'missing argument'],
  [['test'], 'missing argument: files of flows, or --flow NAME'],
  [['test', 'a.json', '--flow', 'b'], 'give files or --flow, not both'],
  [['cancel'], 'missing argument'],
  [['cancel', 'id', '--reason'], "'--reason <value>' argument missing"],
  [['cancel', 'id', '--all'], 'use ids or --all, not both'],
  [['cancel', 'id', '--project', 'Shop'], 'filters require --all'],
  [['cancel', '--all'], '--all needs --yes without a terminal'],
  [['cancel', '--all', '--yes', '--older-than', 'long'], '--older-than must be a duration such as'],
  [['runs', '--status', 'done'], '--status must be one of running, cancelling, pass, fail'],
  [['runs', '--limit', '0'], '--limit must be a whole number'],
  [['runs', '--since', 'yesterday'], '--since must be a duration'],
  [['rerun', 'id', '--set', 'headless'], '--set needs FIELD=VALUE'],
  [['fork', 'id'], '--from STEP is missing'],
  [['fork', 'id', '--from', '1'], '--from must be a whole number from 2'],
  [['receipt'], 'missing argument'],
  [['keys', 'create'], 'LABEL is missing'],
  [['keys', 'create', 'x', '--scopes', 'all'], '--scopes takes runs:read'],
  [['keys', '--expires', '30d'], '--scopes and --expires are only for create'],
  [['projects', 'add', 'Shop', 'ana@example.com'], 'ROLE is missing'],
  [['projects', 'withdraw', 'Shop'], 'INVITED is missing'],
  [['invitations', 'accept'], 'ID is missing'],
  [['projects', 'list', '--color', 'red'], '--color is only for create'],
  [['webhooks', 'add'], 'URL is missing'],
  [['webhooks', 'resend', 'id'], 'DELIVERY is missing'],
  [['webhooks', 'add', 'http://a.test', '--events', 'run.ended'], '--events takes run.queued'],
  [['webhooks', 'list', '--keep', '1h'], '--keep is not for list'],
  [['webhooks', 'listen', '--forward-to', 'localhost:3000'], '--forward-to must be an http or https URL'],
  [['schedules', 'put'], 'NAME is missing'],
  [['schedules', 'put', 'nightly'], 'put needs a file, or --cron and --flow'],
  [['schedules', 'put', 'nightly', 'a.json', '--cron', '@daily'], 'give a file or the settings, not both'],
  [['schedules', 'put', 'nightly', '--cron', '@daily', '--flow', 'a b'], '--flow needs NAME'],
  [['schedules', 'put', 'nightly', '--overlap', 'wait'], '--overlap must be one of skip, queue_one'],
  [['schedules', 'show', 'nightly', '--watch'], '--watch is not for show'],
  [['schedules', 'list', '--limit', '3'], '--limit is not for list'],
  [['schedules', 'backfill', 'nightly', '--from', '7d'], 'backfill needs --from and --to'],
  [['schedules', 'backfill', 'nightly', '--from', 'May', '--to', '1d'], '--from must be a duration'],
  [['schedules', 'occurrences', 'nightly', '-n', '0'], '--limit must be a whole number'],
  [['schedules', 'preview', '@daily', '--count', '101'], '--count must be a whole number from 1 to 100'],
  [['password', 'hunter2'], 'unexpected argument "hunter2"'],
  [['password'], 'no terminal to prompt on: pass both with --stdin'],
  [['sign-out', 'ana'], 'unexpected argument "ana"'],
  [['completion', 'tcsh'], 'use one of bash, zsh, fish'],
  [['shop', '--port', 'http'], '--port must be a whole number'],
  [['demo', 'fast'], 'unexpected argument "fast"'],
])('%j is usage: exit code 2, and where the help is', async (args, reason) => {
  const { code, err } = await type(args);
  expect(code).toBe(2);
  expect(err).toContain(reason);
  expect(err).toContain(`Usage: ghostly ${args[0]}`);
  expect(err).toContain(`ghostly ${args[0]} --help`);
  expect(err.split('\n').length).toBeLessThan(7);
});

const refused = (status: number, error: string) => new ApiError(status, { ok: false, error });

test.each<[number, Error]>([
  [2, new FlowError('no flow')],
  [2, new ConfigError('bad')],
  [3, new GatewayError('unreachable', 'nobody there')],
  [3, new AddressError('no_gateway', 'none')],
  [3, refused(503, 'not ready')],
  [3, refused(429, 'too many requests at once, wait for the answers to some')],
  [4, new AddressError('no_key', 'none')],
  [4, refused(401, 'unauthorized')],
  [4, refused(403, 'forbidden')],
  [5, refused(404, 'not found')],
  [5, new TypeError('a defect')],
])('exit code %i is that of %o, whose JSON is one line', (code, error) => {
  expect(exitCodeOf(error)).toBe(code);
  expect(errorJson(error)).not.toContain('\n');
  expect(JSON.parse(errorJson(error))).toMatchObject({ ok: false, error: expect.any(String) });
});

test('a flow that cannot be read is said in one line', async () => {
  const error = await type(['run', 'no-such.json']).catch((thrown: unknown) => thrown);
  expect(errorText(error)).toBe('no-such.json cannot be read: no such file');
});

test.each([
  [{ GHOSTLY_URL: 'http://127.0.0.1:1' }, 'GHOSTLY_URL also requires GHOSTLY_API_KEY'],
  [{ GHOSTLY_URL: 'shop', GHOSTLY_API_KEY: 'k' }, 'GHOSTLY_URL must be an http or https URL'],
  [{ GHOSTLY_URL: 'http://x', GHOSTLY_API_KEY: 'two words' }, 'characters that are not valid in a key'],
])('with %o there is no address to talk to: exit code 2', async (env, reason) => {
  const { code, err } = await type(['runs'], env);
  expect(code).toBe(2);
  expect(err).toContain(reason);
});

test('where no stack runs the error says how to start one', async () => {
  await expect(type(['runs'], { GHOSTLY_HOME: 'no-such-home' })).rejects.toMatchObject({
    code: 'no_gateway',
    message: expect.stringContaining('npx ghostly up'),
  });
});

const ENTRIES = Object.values(COMMANDS).flatMap((group) => Object.entries(group));

test.each(ENTRIES)('%s --help tells its usage, in lines that fit a terminal', async (name) => {
  const { code, out } = await type([name, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Usage: ghostly ${name}`));
  expect(out.split('\n').filter((line) => line.length > 120)).toEqual([]);
});

test.each(ENTRIES)('the examples of %s can be typed', async (_, [, load]) => {
  const { command } = await load();
  for (const [example] of command.examples) {
    const words = [...example.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(() => parse(command, words), example).not.toThrow();
  }
});
