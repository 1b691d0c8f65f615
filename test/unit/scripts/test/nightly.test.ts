import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { PARTS, runParts, tableOf } from '../../../../scripts/test/parts.ts';
import { run } from '../../../../scripts/test/stage.ts';

const { scripts } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8'),
) as {
  scripts: Record<string, string>;
};

/** Parts of `npm test`, of the faults, and the nightly command itself. */
const NO_PARTS = ['unit', 'integration', 'e2e', 'faults:bounded', 'nightly'];

it('every test that `npm test` does not run is a part of the nightly ones', () => {
  const tests = Object.keys(scripts).flatMap((name) => /^test:(.+)/.exec(name)?.[1] ?? []);
  expect(tests.filter((name) => !NO_PARTS.includes(name)).toSorted()).toEqual([...PARTS].toSorted());
});

it('a part that fails is reported, and does not keep the next ones from running', async () => {
  const ran = await runParts(['restore', 'cluster', 'extended'], (part) =>
    run(part, process.execPath, '-e', part === 'cluster' ? 'process.exit(3)' : ''),
  );
  expect(ran.map(({ name, ok }) => [name, ok])).toEqual([
    ['restore', true],
    ['cluster', false],
    ['extended', true],
  ]);
  const lines = tableOf(ran).split('\n');
  expect(lines.map((line) => line.trim().split(/ {2,}/).slice(0, 2))).toEqual([
    ['restore', expect.stringMatching(/^passed/)],
    ['cluster', expect.stringMatching(/^FAILED/)],
    ['mutants', 'not run'],
    ['extended', expect.stringMatching(/^passed/)],
    ['containers', 'not run'],
    ['faults', 'not run'],
  ]);
  expect(lines[0]).toMatch(/\d+ s$/);
});

it('a part that cannot be started counts as failed', async () => {
  expect(await run('restore', join(import.meta.dirname, 'no-program'))).toMatchObject({ ok: false });
});

const STAGE = join(import.meta.dirname, '../../../../scripts/test/stage.ts');
/** A part in two processes, as `npm run` makes them; the inner one says its pid. */
const PART = `"$0" -e 'console.log(process.pid); setInterval(() => {}, 1e6)'; true`;
const NIGHTLY = `
  import { endWithParent, run } from ${JSON.stringify(STAGE)};
  endWithParent();
  console.log(process.pid);
  await run('restore', 'sh', '-c', ${JSON.stringify(PART)}, process.execPath);`;

it.each([
  ['SIGTERM', 'itself'],
  ['SIGINT', 'itself'],
  ['SIGHUP', 'itself'],
  ['SIGKILL', 'its npm'],
] as const)(
  '%s to %s ends the nightly command with all that its part has started',
  async (signal, to) => {
    // What is between npm and the command.
    const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, NIGHTLY], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = createInterface(shell.stdout)[Symbol.asyncIterator]();
    const nextPid = async () => {
      const pid = Number((await pids.next()).value);
      onTestFinished(() => endNow(pid));
      return pid;
    };
    const [command] = [await nextPid(), await nextPid()];
    process.kill(to === 'itself' ? command : shell.pid!, signal);
    // When the last process that could write to it is gone.
    await once(shell.stdout, 'close');
  },
  20_000,
);

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
