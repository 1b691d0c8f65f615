import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PARTS, runParts, tableOf } from '../../scripts/test/parts.ts';
import { run } from '../../scripts/test/stage.ts';

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** Parts of `npm test`, of the faults, and the nightly command itself. */
const NO_PARTS = ['unit', 'integration', 'e2e', 'faults:bounded', 'nightly'];

it('every test that `npm test` does not run is a part of the nightly ones', () => {
  const tests = Object.keys(scripts).flatMap((name) => /^test:(.+)/.exec(name)?.[1] ?? []);
  expect(tests.filter((name) => !NO_PARTS.includes(name)).toSorted()).toEqual([...PARTS].toSorted());
});

it('a part that fails is told, and does not keep the next ones from running', async () => {
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
    ['extended', expect.stringMatching(/^passed/)],
    ['containers', 'not run'],
    ['faults', 'not run'],
  ]);
  expect(lines[0]).toMatch(/\d+ s$/);
});
