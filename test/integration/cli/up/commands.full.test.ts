/* `ghostly status`, `logs` and `down` see and stop the stack of their home, also what a killed `up` left. */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from '#shared/platform/process/identity.ts';
import { eventually } from '../../../support/eventually.ts';
import { afterThisTest } from '../../../support/file-hooks.ts';
import { extendedOnly } from '../../../support/share.ts';
import { startCli } from '../../../support/stack/cli.ts';
import { ghostly, keepForCopies, newHome, pidsOf, run, startUp, usedHome } from './up-process.ts';

const CLI = join(import.meta.dirname, '../../../../services/cli/main.ts');

test('status tells what runs, as a table and as JSON, and down stops it', async () => {
  const home = await newHome();
  const nothing = await ghostly(home, 'status');
  expect(nothing).toMatchObject({ code: 3, text: expect.stringContaining('Ghostly is not running') });

  const up = startUp(home, { args: ['1', '2'] });
  const announced = await up.ready;
  const [first, second, ...more] = announced.gateways ?? [];
  expect(more).toEqual([]);
  const table = await ghostly(home, 'status');
  expect(table.code).toBe(0);
  expect(table.text).toMatch(new RegExp(`runner-1 +${announced.pids.runner[0]} {2}running`));
  expect(table.text.split('\n').slice(0, 3)).toEqual([first, second, '']);
  const json = await ghostly(home, 'status', '--json');
  expect(JSON.parse(json.text)).toMatchObject({
    running: true,
    ready: true,
    gateway: announced.gateway,
    gateways: [announced.gateway, second],
  });

  const down = await ghostly(home, 'down');
  expect(down).toEqual({ code: 0, text: 'stopped' });
  expect(await up.exited).toBe(0);
  expect(pidsOf(announced).filter(isAlive)).toEqual([]);
  expect((await ghostly(home, 'down')).text).toContain('Ghostly is not running');
  await keepForCopies({ home, announced });
});

extendedOnly(() => {
  test('down ends what a killed up left', async () => {
    const home = await usedHome();
    const up = startUp(home);
    const announced = await up.ready;
    up.child.kill('SIGKILL');
    await up.exited;
    const down = await ghostly(home, 'down');
    expect(down.code).toBe(0);
    expect(down.text).toContain('postgres');
    expect(pidsOf(announced).filter(isAlive)).toEqual([]);
  });
});

test('logs shows what was written and goes on with what is added', async () => {
  const home = await usedHome();
  await rm(join(home, 'logs'), { recursive: true });
  expect((await ghostly(home, 'logs')).code).toBe(5);
  const up = startUp(home, { args: ['2'] });
  await up.ready;

  expect((await ghostly(home, 'logs', 'runner-2')).text).toContain('"msg":"runner has a remark"');
  expect((await ghostly(home, 'logs', 'runner', '-n', '1')).text.split('\n')).toEqual([
    expect.stringMatching(/^runner-1 \| \{/),
    expect.stringMatching(/^runner-2 \| \{/),
  ]);
  expect(await ghostly(home, 'logs', 'cat')).toMatchObject({
    code: 5,
    text: expect.stringContaining('gateway-1'),
  });

  const following = run(CLI, ['logs', 'supervisor-1', '-f'], { GHOSTLY_HOME: home });
  await eventually(() => expect(following.output).toHaveLength(1));
  await appendFile(join(home, 'logs/supervisor-1.log'), 'added later\n');
  await eventually(() => expect(following.output).toContain('added later'));
});

test('--version is known', async () => {
  expect(await ghostly('', '--version')).toEqual({ code: 0, text: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
});

extendedOnly(() => {
  test('a command keeps what it compiled among what set-up installed, or where the user says', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'cache-'));
    afterThisTest(() => rm(cache, { recursive: true }));
    const kept = async (folder: string) => (await readdir(join(cache, folder), { recursive: true })).length;
    const status = (more: NodeJS.ProcessEnv) =>
      startCli(['status'], { env: { GHOSTLY_HOME: cache, XDG_CACHE_HOME: cache, ...more } }).exited;
    expect(await status({ NODE_COMPILE_CACHE: undefined })).toBe(1);
    expect(await kept('ghostly/node')).toBeGreaterThan(1);
    expect(await status({ NODE_COMPILE_CACHE: join(cache, 'own') })).toBe(1);
    expect(await kept('own')).toBeGreaterThan(1);
  });
});

test('prepare refuses an admin that register would refuse, and says nothing of the password', async () => {
  const env = { GHOSTLY_HOME: '', DATABASE_URL: 'postgres://h/d' };
  const { exited, output } = run(CLI, ['prepare'], { ...env, GHOSTLY_ADMIN_PASSWORD: 'qzx' });
  expect(await exited).toBe(2);
  expect(output).toEqual([expect.stringMatching(/^ghostly: GHOSTLY_ADMIN_PASSWORD: (?!.*qzx)/)]);
});

test('arguments that cannot be used end with 2 and the help', async () => {
  const home = await newHome();
  for (const args of [
    ['up', '--runners', 'many'],
    ['up', '--port', '70000'],
    ['up', 'what'],
    ['status', '--jsn'],
    ['nothing'],
  ]) {
    const { code, text } = await ghostly(home, ...args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(text).toContain('Usage: ghostly');
  }
});
