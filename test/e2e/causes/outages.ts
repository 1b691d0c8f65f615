import { describe, expect, it } from 'vitest';
import { eventually, PATIENCE_MS, scaledMs } from '../../support/eventually.ts';
import { SAID_WITHIN_MS, useCauses } from './bench.ts';

const bench = useCauses();
const { atStep, listen, read, end, endOf } = bench;

interface Heard {
  id: string;
  heard: Awaited<ReturnType<typeof listen>>;
}

/** A run that waits for an element, while NATS stands still. */
async function withoutNats(work: (run: Heard) => Promise<void>): Promise<Heard> {
  const id = await atStep();
  const run = { id, heard: await listen(id) };
  await run.heard.until(/^No element matches #never/);
  const { pid } = bench.stack.nats;
  process.kill(pid, 'SIGSTOP');
  try {
    await work(run);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return run;
}

describe('an outage', () => {
  it('I16: of NATS is not shown as a silent runner: its page cannot be looked at', async () => {
    const { id, heard } = await withoutNats(async (run) => {
      await run.heard.until(/Its page cannot be looked at: NATS is out of reach\.$/, SAID_WITHIN_MS);
      // Longer than two missed answers and a heartbeat; then it is looked at again.
      await bench.client.request('GET', `/v1/runs/${run.id}?wait=4`);
    });
    await eventually(async () =>
      expect((await read(id)).waitingFor).toMatchObject({ code: 'element_missing' }),
    );
    for (const sentence of heard.all()) expect(sentence).not.toMatch(/has not been heard|is lost|silent/);
    await end(id);
  });

  it('I16: of NATS keeps no cancel from its run, and its runner is not said to be silent', async () => {
    const { heard } = await withoutNats(async (run) => {
      await run.heard.until(/NATS is out of reach\.$/);
      await bench.client.cancel(run.id, { body: { reason: 'enough' } });
      const { said } = await endOf(run.id);
      expect(said).toMatch(
        /^admin@test\.local stopped it(, \d+ s ago)?: enough\. Step 2 \(waitForSelector #never\) was interrupted\.$/,
      );
    });
    for (const sentence of heard.all()) expect(sentence).not.toMatch(/has not been heard|is lost|silent/);
  });

  it(
    'I16: of PostgreSQL is what a run was lost by, and its runner is not said to have died',
    async () => {
      const id = await atStep();
      const runner = bench.stack.processes.find(({ kind, running }) => kind === 'runner' && running)!;
      const frozenAt = Date.now();
      await bench.postgres.freeze();
      try {
        await runner.logged('its lease could not be renewed in time');
      } finally {
        await bench.postgres.thaw();
      }
      const thawedAt = Date.now();
      const { said, run } = await endOf(id);
      expect(said).toMatch(
        /^Lost: PostgreSQL was out of reach from \d\d:\d\d:\d\d UTC to \d\d:\d\d:\d\d UTC, longer than its runner may go on\. Step 2 \(waitForSelector #never\) was interrupted\. Nobody had stopped the run\.$/,
      );
      expect(run.outcome).toBe('lost');
      const { from, to } = run.cancel!.verdict!.outage!;
      expect(Math.abs(Date.parse(from) - frozenAt)).toBeLessThan(scaledMs(3_000));
      expect(Math.abs(Date.parse(to) - thawedAt)).toBeLessThan(scaledMs(3_000));
    },
    3 * PATIENCE_MS,
  );
});
