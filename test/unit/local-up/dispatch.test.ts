import { expect, test } from 'vitest';
import { VERSION } from '#shared/process/version.ts';
import { type CommandContext, defineCommand, UsageError } from '../../../services/cli/command.ts';
import { type CommandTable, dispatch } from '../../../services/cli/dispatch.ts';

const greet = defineCommand({
  usage: '<name> [--loud]',
  help: ['--loud  shout'],
  options: { loud: { type: 'boolean', default: false } },
  positionals: { min: 1, max: 1 },
  run: async ({ out }, { loud }, [name]) => {
    if (name === 'nobody') throw new UsageError('there must be somebody');
    if (name === 'trouble') throw new Error('trouble');
    out(loud ? `HELLO ${name}` : `hello ${name}`);
    return 1;
  },
});
const TABLE: CommandTable = { greet: ['say hello', async () => ({ command: greet })] };

const type = async (...args: string[]) => {
  const lines = { out: [] as string[], err: [] as string[] };
  const context: CommandContext = {
    env: {},
    cwd: '/',
    root: '/',
    out: (line) => lines.out.push(line),
    err: (line) => lines.err.push(line),
    outClosed: new AbortController().signal,
  };
  const code = await dispatch(TABLE, args, context);
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
};

test('a command gets its options and arguments, and its exit code is passed on', async () => {
  expect(await type('greet', '--loud', 'you')).toEqual({ code: 1, out: 'HELLO you', err: '' });
});

test.each([
  [[], 'Usage: ghostly <command>'],
  [['cat'], 'there is no command "cat"'],
  [['constructor'], 'there is no command'],
  [['greet'], 'an argument is missing'],
  [['greet', 'a', 'b'], 'what is "b"?'],
  [['greet', 'a', '--quiet'], "Unknown option '--quiet'"],
  [['greet', 'nobody'], 'there must be somebody'],
])('%j ends with 2 and a readable help', async (args, message) => {
  const { code, out, err } = await type(...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(message);
  expect(err).toContain('Usage: ghostly');
});

test('help is no error', async () => {
  expect(await type('--help')).toMatchObject({ code: 0, out: expect.stringContaining('greet  say hello') });
  expect(await type('greet', '--help')).toMatchObject({
    code: 0,
    out: expect.stringContaining('--loud  shout'),
  });
});

test('--version says the version of the package', async () => {
  expect(await type('--version')).toEqual({ code: 0, out: VERSION, err: '' });
});

test('an error of the command itself is not taken for a wrong argument', async () => {
  await expect(type('greet', 'trouble')).rejects.toThrow('trouble');
});
