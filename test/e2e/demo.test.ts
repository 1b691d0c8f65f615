/* The demo shows a run that passes, one that fails and one that is cancelled, and leaves nothing behind. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { extendedOnly } from '../support/share.ts';
import { startCli } from '../support/stack/cli.ts';
import { expectNothingLeft } from '../support/stack/leaks.ts';

let temp: string;

// Every process of the demo carries this folder in its environment, and every temporary file should be below it.
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'ghostly-test-demo-'));
});
afterEach(async () => {
  await rm(temp, { recursive: true, force: true });
});

const startDemo = (...args: string[]) => startCli(['demo', ...args], { env: { TMPDIR: temp } });

test('the demo shows a run that passes, one that fails and one that is cancelled, and leaves nothing', async () => {
  const demo = startDemo();
  const code = await demo.exited;
  const shown = demo.out.join('\n');
  expect({ code, err: demo.err }, shown).toEqual({ code: 0, err: [] });

  expect(shown).toMatch(/✓ expect h1 text = "Thank you!"/);
  expect(shown).toMatch(/PASS in /);
  expect(shown).toMatch(/✗ click button:has-text\('Cancel'\).*\n.*no element matches the selector/);
  expect(shown).toMatch(/FAIL in /);
  expect(shown).toMatch(/→ POST \/v1\/runs\/\S+\/cancel/);
  expect(shown).toMatch(/← 200 {2}\{"ok":true,"id":"\S+","status":"cancelling"\}/);
  expect(shown).toMatch(/■ waitForSelector text=Ready to ship {2}interrupted/);
  expect(shown).toMatch(/CANCELLED in .* · by a user: /);
  for (const what of ['the abort is raised', '200: recorded', 'run_end at the watcher'])
    expect(shown).toMatch(new RegExp(`^ +\\d+ ms {2}.*${what}`, 'm'));
  expect(shown).toContain('✓ outcomes  pass, fail, cancelled');
  expect(shown).toContain('✓ stopped   no process and no file is left');
  expect(shown).not.toContain('\x1b');

  await expectNothingLeft(temp, [temp]);
});

extendedOnly(() => {
  test.each([
    ['while the stack starts', undefined],
    ['while a run is under way', '✓ click text=Ghost mug'],
  ])('Ctrl-C %s stops the demo, and leaves nothing', async (_, line) => {
    const demo = startDemo();
    await (line === undefined ? homeMade() : demo.said(line));
    demo.signal('SIGINT');
    expect(await demo.exited, demo.out.join('\n')).toBe(130);
    expect(demo.out.join('\n')).not.toContain('✓ outcomes');
    await expectNothingLeft(temp, [temp]);
  });

  test('the demo leaves no process when it is killed', async () => {
    const demo = startDemo();
    await demo.said('✓ click text=Ghost mug');
    demo.signal('SIGKILL');
    await demo.exited;
    // Only its temporary home is left: no process could remove it.
    await expectNothingLeft(temp, []);
  });
});

/** Resolves when `ghostly up` has begun to put its files into the demo's home. */
const homeMade = () =>
  eventually(async () => {
    const [home] = await readdir(temp);
    if (home === undefined || (await readdir(join(temp, home))).length === 0) throw new Error('no home yet');
  });
