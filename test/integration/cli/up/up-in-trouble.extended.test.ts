/* I5: `ghostly up` restarts what was killed, replaces keys that were lost, and leaves others' processes alone. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isAlive } from '#shared/platform/process/identity.ts';
import { readUpFile, type UpFile } from '../../../../services/cli/up/home/up-file.ts';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { isThere, pidsOf, run, startUp, upFileOf, usedHome } from './up-process.ts';

test('a home whose key was lost has one again after the next start', async () => {
  const home = await usedHome();
  await rm(join(home, 'api-key'));

  const { apiKey } = await startUp(home).ready;
  expect(apiKey).toBe('gly_made_again');
  expect(await readFile(join(home, 'api-key'), 'utf8')).toBe(`${apiKey}\n`);
});

test('a home whose secrets were lost starts with new ones and the old data', async () => {
  const home = await usedHome();
  await rm(join(home, 'secrets.json'));

  const { database } = await startUp(home).ready;
  expect(await rows(database, 'select once from prepared')).toEqual([{ once: 1 }]);
});

test('I5: whichever process is killed, one of its kind is there again on the old port, and up.json says so', async () => {
  const home = await usedHome();
  const up = startUp(home, { args: ['2', '1'] });
  const before = await up.ready;

  const replaced = async (pick: (file: UpFile) => number | null | undefined) => {
    const old = pick((await readUpFile(upFileOf(home))) ?? before);
    if (old === null || old === undefined) throw new Error('nothing to kill');
    process.kill(old, 'SIGKILL');
    return eventually(
      async () => {
        const file = await readUpFile(upFileOf(home));
        const pid = file === undefined ? undefined : pick(file);
        expect(pid).toEqual(expect.any(Number));
        expect(pid).not.toBe(old);
        return file;
      },
      { timeoutMs: 15_000 },
    );
  };
  await replaced(({ pids }) => pids.supervisor[0]);
  await replaced(({ pids }) => pids.gateway[0]);
  await replaced(({ pids }) => pids.nats);
  const after = await replaced(({ pids }) => pids.postgres);
  process.kill(before.pids.runner[0] ?? 0, 'SIGKILL');
  await eventually(async () => {
    const runners = (await readUpFile(upFileOf(home)))?.pids.runner;
    expect(runners).toHaveLength(2);
    expect(runners).not.toContain(before.pids.runner[0]);
  });

  expect(after).toMatchObject({ gateway: before.gateway, nats: before.nats, database: before.database });
  expect((await fetch(`${before.gateway}/ready`)).status).toBe(200);
  expect(await rows(before.database, 'select once from prepared')).toEqual([{ once: 1 }]);
  expect(up.output.filter((line) => line.includes('restarting')).length).toBeGreaterThanOrEqual(5);
});

test('when up itself is killed its services leave, and the next start ends the servers that it left', async () => {
  const home = await usedHome();
  const first = startUp(home);
  const before = await first.ready;
  first.child.kill('SIGKILL');
  await first.exited;
  await eventually(() => {
    const services = [before.pids.gateway, before.pids.runner, before.pids.supervisor].flat();
    expect(services.filter(isAlive)).toEqual([]);
  });

  const second = startUp(home);
  const after = await second.ready;
  expect(second.output.join('\n')).toContain('ended processes of an earlier start: nats, postgres');
  expect(pidsOf(before).filter(isAlive)).toEqual([]);
  expect(await rows(after.database, 'select once from prepared')).toEqual([{ once: 1 }]);
});

test('under npm, whose shell dies of a SIGTERM without passing it on, losing that shell stops everything', async () => {
  const home = await usedHome();
  const env = { GHOSTLY_HOME: home, npm_lifecycle_event: 'start' };
  const up = run(join(import.meta.dirname, 'fixture/up.ts'), [], env, { throughShell: true });
  const announced = await up.ready;
  up.child.kill('SIGTERM');
  await up.exited;
  expect(up.output.at(-1)).toBe('stopped');
  expect(pidsOf(announced).filter(isAlive)).toEqual([]);
});

test('a recorded pid that belongs to another process by now is left alone', async () => {
  const home = await usedHome();
  const foreign = JSON.stringify({ pid: process.pid, identity: 'another process' });
  await writeFile(join(home, 'pids/runner-1.json'), foreign);
  await writeFile(join(home, 'nats/nats.pid'), String(process.pid));
  await writeFile(join(home, 'up.lock'), foreign);

  const second = startUp(home);
  await second.ready;
  expect(second.output.join('\n')).not.toContain('ended what an earlier start left');
});

test('a second up on the same home prints where the first one runs', async () => {
  const home = await usedHome();
  const [one, two] = [startUp(home), startUp(home)];
  const { gateway } = await Promise.any([one.ready, two.ready]);
  const code = await Promise.race([one.exited, two.exited]);
  expect(code).toBe(0);
  const loser = one.child.exitCode === null ? two : one;
  expect(loser.output.join('\n')).toContain(`Ghostly is already running: ${gateway}`);
});

test('an up while the one before is stopping waits for its end, and starts', async () => {
  const home = await usedHome();
  // Its runner has to be killed, which takes a while.
  const first = startUp(home, { env: { FIXTURE: 'runner:deaf', GHOSTLY_DRAIN_MS: '1000' } });
  await first.ready;
  first.child.kill('SIGTERM');
  await eventually(() => expect(isThere(upFileOf(home))).toBe(false));
  expect(first.child.exitCode).toBeNull();
  const second = startUp(home);
  const { gateway } = await second.ready;
  expect(await first.exited).toBe(0);
  expect((await fetch(`${gateway}/ready`)).status).toBe(200);
});

test('a service that cannot start ends the start with its reason, and nothing is left', async () => {
  const home = await usedHome();
  const up = startUp(home, { env: { FIXTURE: 'runner:broken' } });
  expect(await up.exited).toBe(1);
  expect(up.output.at(-1)).toContain(
    'runner-1 ended before it was ready (exit code 1): cannot work like this',
  );
  expect(isThere(join(home, 'postgres/postmaster.pid'))).toBe(false);
  expect(isThere(join(home, 'up.lock'))).toBe(false);
});

test('a second signal ends even a service that does not listen, at once', async () => {
  const home = await usedHome();
  const up = startUp(home, { env: { FIXTURE: 'runner:deaf' } });
  const announced = await up.ready;
  up.child.kill('SIGTERM');
  await eventually(() => expect(announced.pids.gateway.filter(isAlive)).toEqual([]));
  const start = performance.now();
  await eventually(() => {
    const left = announced.pids.runner.filter(isAlive);
    // Within half a second of the first a signal counts as the same one; one that comes as it exits ends it otherwise.
    if (left.length > 0) up.child.kill('SIGTERM');
    expect(left).toEqual([]);
  });
  expect(await up.exited).toBe(0);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(pidsOf(announced).filter(isAlive)).toEqual([]);
});

test('a service that does not listen is killed in time without a second signal', async () => {
  const home = await usedHome();
  const up = startUp(home, { env: { FIXTURE: 'gateway:deaf', GHOSTLY_DRAIN_MS: '100' } });
  const announced = await up.ready;
  const start = performance.now();
  up.child.kill('SIGTERM');
  expect(await up.exited).toBe(0);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(pidsOf(announced).filter(isAlive)).toEqual([]);
});
