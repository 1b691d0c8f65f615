/* A traced click that fails says why, also on a machine that has no core left. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { afterThisTest } from '../../../../support/file-hooks.ts';
import { startWaitingSite } from '../../../../support/sites/waiting-site.ts';
import { createBench, LIVE, patiently } from '../fixture.ts';

/** Processes that take all cores, twice. */
function takeAllCores(): void {
  const burners = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  afterThisTest(async () => {
    const gone = burners.map((burner) => once(burner, 'exit'));
    for (const burner of burners) burner.kill('SIGKILL');
    await Promise.all(gone);
  });
}

test('on a machine that has no core left, a traced click that fails says why', async () => {
  await using site = await startWaitingSite();
  await using bench = await createBench();
  const steps = [
    { action: 'goto', url: '/covered' },
    { action: 'click', selector: '#b', timeoutMs: patiently(4_000) },
  ];
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url, playwrightTrace: 'on-failure' }));
  expect(await run.perform(0, LIVE)).toMatchObject({ ok: true });
  takeAllCores();
  const failed = [];
  for (let round = 0; round < 5; round += 1) failed.push(await run.perform(1, LIVE));
  await run.close({ keepVideo: false, reason: 'test over' });
  expect(failed.map(({ reason, coveredBy }) => [reason, coveredBy])).toEqual(
    failed.map(() => ['element_covered', '<div id="cookie">']),
  );
});
