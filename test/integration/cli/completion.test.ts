/* A tab in bash completes commands, options, their values and files, and invents nothing. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLines } from '#shared/platform/files/lines.ts';
import { needs } from '../../support/machine.ts';
import { runCli } from '../../support/stack/cli.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghostly-test-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await runCli(['completion', shell], { env: {} });
    expect(code).toBe(0);
    await writeFile(join(folder, shell), out);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Types into a real bash; resolves to the arguments that `ghostly` was then called with, by line typed. */
async function typed(...lines: string[]): Promise<string[]> {
  await needs('bash');
  // A session of its own: an interactive shell would take over the terminal of the tests.
  const bash = spawn('bash', ['--norc', '--noprofile', '-i'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, HISTFILE: '', TERM: 'dumb' },
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const said: string[] = [];
  readLines(bash.stdout, (line) => said.push(line));
  const closed = new Promise((resolve) => bash.once('close', resolve));
  bash.stdin.end(
    [`source ${folder}/bash`, 'ghostly() { printf "called:%s\\n" "$*"; }', ...lines, 'exit', ''].join('\n'),
  );
  await closed;
  return said.filter((line) => line.startsWith('called:')).map((line) => line.slice('called:'.length));
}

test('a tab in bash completes commands, options, what they can be set to, and actions', async () => {
  expect(
    await typed(
      'ghostly canc\t',
      'ghostly cancel --fo\t',
      'ghostly runs --status pa\t',
      'ghostly runs --status=pa\t',
      'ghostly keys cre\t --exp\t',
      'ghostly projects mem\t',
      'ghostly run --on-runner-loss r\t',
      'ghostly completion z\t',
      'ghostly schedules occ\t',
      'ghostly schedules put nightly --overlap cancel\t',
      'ghostly passw\t --st\t',
      'ghostly sign\t',
    ),
  ).toEqual([
    'cancel',
    'cancel --force',
    'runs --status pass',
    'runs --status=pass',
    'keys create --expires',
    'projects members',
    'run --on-runner-loss requeue',
    'completion zsh',
    'schedules occurrences',
    'schedules put nightly --overlap cancel_previous',
    'password --stdin',
    'sign-out',
  ]);
});

test('files are offered in bash where a file belongs, and nothing is invented', async () => {
  await writeFile(join(folder, 'order.json'), '{}');
  expect(await typed('ghostly run ord\t', 'ghostly nonsense --f\t', 'ghostly runs --nonsense\t')).toEqual([
    'run order.json',
    'nonsense --f',
    'runs --nonsense',
  ]);
});

test.each([
  ['bash', '-n'],
  ['zsh', '-n'],
  ['fish', '--no-execute'],
] as const)('the script for %s is one that it can read', async (shell, only) => {
  await needs(shell);
  await promisify(execFile)(shell, [only, join(folder, shell)]);
});
