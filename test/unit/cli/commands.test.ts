import { expect, test } from 'vitest';
import type { CommandContext } from '../../../services/cli/command.ts';
import { type CommandTable, dispatch } from '../../../services/cli/dispatch.ts';

const TABLE: CommandTable = {
  run: ['', () => import('../../../services/cli/commands/run.ts')],
  runs: ['', () => import('../../../services/cli/commands/runs.ts')],
  watch: ['', () => import('../../../services/cli/commands/watch.ts')],
  cancel: ['', () => import('../../../services/cli/commands/cancel.ts')],
  shop: ['', () => import('../../../services/cli/commands/shop.ts')],
  demo: ['', () => import('../../../services/cli/commands/demo.ts')],
};

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
  const code = await dispatch(TABLE, args, context);
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
};

test.each([
  [['run'], 'an argument is missing'],
  [['run', 'a.json', 'b.json'], 'what is "b.json"?'],
  [['run', '--wach', 'a.json'], "Unknown option '--wach'"],
  [['runs', 'all'], 'what is "all"?'],
  [['watch'], 'an argument is missing'],
  [['cancel'], 'an argument is missing'],
  [['cancel', 'id', '--reason'], "'--reason <value>' argument missing"],
  [['shop', '--port', 'http'], '--port needs a whole number'],
  [['demo', 'fast'], 'what is "fast"?'],
])('%j is usage: exit code 2, with the help', async (args, reason) => {
  const { code, err } = await type(args);
  expect(code).toBe(2);
  expect(err).toContain(reason);
  expect(err).toContain(`Usage: ghostly ${args[0]}`);
});

test('a flow that cannot be read is exit code 2, in one line', async () => {
  const { code, err } = await type(['run', 'no-such.json']);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'ghostly run: no-such.json cannot be read: there is no such file',
  });
});

test.each([
  [{ GHOSTLY_URL: 'http://127.0.0.1:1' }, 'GHOSTLY_API_KEY has to be set'],
  [{ GHOSTLY_URL: 'shop', GHOSTLY_API_KEY: 'k' }, 'GHOSTLY_URL has to be an http or https URL'],
  [{ GHOSTLY_URL: 'http://x', GHOSTLY_API_KEY: 'two words' }, 'characters that no key has'],
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

test.each(Object.keys(TABLE))('%s --help tells its usage', async (name) => {
  const { code, out } = await type([name, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Usage: ghostly ${name}`));
});
