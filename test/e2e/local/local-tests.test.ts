/* `ghostly test --local` passes the examples without a server, and leaves only its report, also when interrupted. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { CLONE, startCli } from '../../support/stack/cli.ts';
import { expectNothingLeft } from '../../support/stack/leaks.ts';

let temp: string;
let cwd: string;

// Every process of the stack carries this folder in its environment, and every temporary file should be below it.
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'ghostly-test-local-'));
  cwd = await mkdtemp(join(tmpdir(), 'ghostly-test-files-'));
});
afterEach(async () => {
  for (const folder of [temp, cwd]) await rm(folder, { recursive: true, force: true });
});

const startTests = (...args: string[]) =>
  startCli(['test', ...args, '--local'], { env: { TMPDIR: temp }, cwd });
const examples = (name: string) => join(CLONE, 'examples', name);

test('the examples pass without a server, with the sample shop, and nothing is left but the report', async () => {
  const tests = startTests(examples('tests/**/*.json'), '--junit', 'out.xml');
  expect(await tests.exited, [...tests.out, ...tests.err].join('\n')).toBe(0);
  const shown = tests.out.join('\n');
  expect(shown).toMatch(/^ {2}✓ \d look \(/m);
  expect(shown).toMatch(/^ {2}✓ \d order › a sheet, through the wall \(/m);
  expect(shown).toMatch(/^ {2}4 passed \(/m);
  expect(shown).not.toContain('\x1b');
  expect(await readFile(join(cwd, 'out.xml'), 'utf8')).toContain('tests="4"');
  await expectNothingLeft(temp, [temp]);
});

extendedOnly(() => {
  test.each([
    ['while the stack starts', undefined],
    ['while a run is under way', '✓ 1 hello'],
  ])('Ctrl-C %s stops all, and leaves nothing', async (_, line) => {
    const tests = startTests(examples('hello.json'), examples('warehouse.json'));
    await (line === undefined ? homeMade() : tests.said(line));
    tests.signal('SIGINT');
    expect(await tests.exited, tests.out.join('\n')).toBe(130);
    await expectNothingLeft(temp, [temp]);
  });

  test('no process is left when it is killed', async () => {
    const tests = startTests(examples('hello.json'), examples('warehouse.json'));
    await tests.said('✓ 1 hello');
    tests.signal('SIGKILL');
    await tests.exited;
    // Only its temporary home is left: no process could remove it.
    await expectNothingLeft(temp, []);
  });
});

/** Resolves when `ghostly up` has begun to put its files into the home. */
const homeMade = () =>
  eventually(async () => {
    const [home] = await readdir(temp);
    if (home === undefined || (await readdir(join(temp, home))).length === 0) throw new Error('no home yet');
  });
