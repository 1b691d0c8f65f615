/* Each test that `npm test` leaves out runs at night, and a part that fails stops no other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { PARTS, runParts, scriptOf, tableOf } from '../../../../scripts/test/parts.ts';
import { run } from '../../../../scripts/test/stage.ts';

const { scripts } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8'),
) as {
  scripts: Record<string, string>;
};

/** Parts of what `.ci/run` runs, of the faults, and commands around them. */
const NO_PARTS = ['all', 'unit', 'integration', 'e2e', 'faults:bounded', 'flaky', 'nightly'];

it('every test that neither `npm test` nor `npm run test:all` runs is a part of the nightly ones', () => {
  const tests = Object.keys(scripts).flatMap((name) => /^test:(.+)/.exec(name)?.[1] ?? []);
  const ofNight = [...tests.filter((name) => !NO_PARTS.includes(name)), 'scale'];
  expect(ofNight.toSorted()).toEqual([...PARTS].toSorted());
  expect(PARTS.map(scriptOf).filter((name) => !(name in scripts))).toEqual([]);
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
    ['mutants', 'not run'],
    ['cluster', expect.stringMatching(/^FAILED/)],
    ['scale', 'not run'],
    ['extended', expect.stringMatching(/^passed/)],
    ['containers', 'not run'],
    ['faults', 'not run'],
  ]);
  expect(lines[0]).toMatch(/\d+ s$/);
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
  ['SIGKILL', 'its npm'],
] as const)('%s to %s ends the nightly command with all that its part has started', async (signal, to) => {
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
});

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
