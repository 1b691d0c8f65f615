/* A command gets its options and arguments, and only a wrong command line is answered with its usage. */
import { expect, test } from 'vitest';
import { VERSION } from '#shared/platform/process/version.ts';
import {
  type CommandContext,
  type CommandTable,
  defineCommand,
  UsageError,
} from '../../../services/cli/command.ts';
import { dispatch } from '../../../services/cli/dispatch.ts';

const greet = defineCommand({
  about: ['Says hello.'],
  usage: '<name>',
  options: {
    loud: { type: 'boolean', short: 'l', default: false, help: 'shout' },
    in: { type: 'string', value: 'LANGUAGE', choices: ['en', 'es'], help: 'en or es' },
  },
  positionals: { min: 1, max: 1 },
  examples: [['you --loud', 'so that you hear it']],
  notes: ['Exit code 1, always.'],
  run: async ({ out }, { loud }, [name]) => {
    if (name === 'nobody') throw new UsageError('there must be a name');
    if (name === 'trouble') throw new Error('trouble');
    out(loud ? `HELLO ${name}` : `hello ${name}`);
    return 1;
  },
});
const keep = defineCommand({
  about: ['Keeps things.'],
  usage: '[list | add THING]',
  actions: { list: { args: [], help: 'all' }, add: { args: ['THING'], help: 'one more' } },
  options: {},
  positionals: { min: 0, max: 2 },
  examples: [],
  run: async ({ out }, _, words) => {
    out(words.join(' '));
    return 0;
  },
});
const TABLE: CommandTable = {
  Words: { greet: ['say hello', async () => ({ command: greet })] },
  Things: { keep: ['keep things', async () => ({ command: keep })] },
};

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
  [['cat'], 'unknown command "cat"'],
  [['constructor'], 'unknown command'],
  [['greet'], 'missing argument'],
  [['greet', 'a', 'b'], 'unexpected argument "b"'],
  [['greet', 'a', '--quiet'], "Unknown option '--quiet'"],
  [['greet', 'a', '--in', 'fr'], '--in must be one of en, es, not "fr"'],
  [['keep', 'add'], 'THING is missing'],
  [['keep', 'list', 'x'], 'unexpected argument "x"'],
  [['keep', 'constructor'], 'use one of list, add'],
  [['gret', 'a'], 'unknown command "gret"; did you mean "greet"?'],
  [['greet', 'a', '--laud'], 'did you mean "loud"?'],
  [['keep', 'lst'], 'unknown action "lst": use one of list, add; did you mean "list"?'],
  [['greet', 'nobody'], 'there must be a name'],
])('%j ends with 2 and a readable help', async (args, message) => {
  const { code, out, err } = await type(...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain(message);
  expect(err).toContain('Usage: ghostly');
});

test('help is no error', async () => {
  const { code, out } = await type('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/^Words:\n {2}greet +say hello\n\nThings:\n {2}keep +keep things\n/m);
  expect(await type('greet', '--help')).toEqual({
    code: 0,
    err: '',
    out: [
      'Usage: ghostly greet <name> [options]',
      '',
      'Says hello.',
      '',
      'Options:',
      '  -l, --loud         shout',
      '      --in LANGUAGE  en or es',
      '',
      'Examples:',
      '  ghostly greet you --loud  so that you hear it',
      '',
      'Exit code 1, always.',
    ].join('\n'),
  });
});

test('an action is the first one unless it is named', async () => {
  expect(await type('keep')).toMatchObject({ code: 0, out: 'list' });
  expect(await type('keep', 'add', 'this')).toMatchObject({ code: 0, out: 'add this' });
});

test('--version says the version of the package', async () => {
  expect(await type('--version')).toEqual({ code: 0, out: VERSION, err: '' });
});

test('an error of the command itself is not taken for a wrong argument', async () => {
  await expect(type('greet', 'trouble')).rejects.toThrow('trouble');
});
