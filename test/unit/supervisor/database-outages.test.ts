/* I16: an outage of PostgreSQL explains a lease that was not renewed only where it kept the owner from that. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDatabaseOutages,
  type DatabaseOutages,
} from '../../../services/supervisor/database-outages.ts';

const BASE = Date.UTC(2026, 0, 2, 3, 4);
const TIMING = { heartbeat: 2_000, fence: 6_000 };

let clock: number;
let outages: DatabaseOutages;
beforeEach(() => {
  vi.useFakeTimers();
  clock = 0;
  outages = createDatabaseOutages(TIMING, () => clock);
});
afterEach(() => {
  outages[Symbol.dispose]();
  vi.useRealTimers();
});

/** This process is awake meanwhile, unless it is stopped. */
function pass(ms: number, isStopped = false): void {
  clock += ms;
  if (!isStopped) vi.advanceTimersByTime(ms);
}
/** PostgreSQL answers each second. */
function answers(ms: number): void {
  for (let gone = 0; gone < ms; gone += 1_000) {
    pass(1_000);
    outages.heard();
  }
}
const at = (ms: number) => new Date(BASE + ms);
const lostNow = (heartbeatAt: number, stored: { since: Date; until: Date }[] = []) =>
  outages.explaining({ heartbeatAt: at(heartbeatAt), now: at(clock) }, async () => stored);

describe('an outage of PostgreSQL', () => {
  it('I16: that lasted until owners had to stop explains a lease that was not renewed in it', async () => {
    answers(10_000);
    pass(12_000);
    outages.heard();
    expect(await lostNow(9_500)).toEqual({ from: at(10_000).toISOString(), to: at(22_000).toISOString() });
    answers(5_000);
    expect(await lostNow(9_500)).toEqual({ from: at(10_000).toISOString(), to: at(22_000).toISOString() });
  });

  it('I16: whose end a heartbeat had waited for explains it, too: the owner had stopped by then', async () => {
    answers(10_000);
    pass(5_500);
    outages.heard();
    expect(await lostNow(15_600)).toEqual({ from: at(10_000).toISOString(), to: at(15_500).toISOString() });
  });

  it.each([
    ['after which the owner was heard for long', 12_000, 30_000],
    ['that was shorter', 4_500, 9_500],
    ['that began after the owner had fallen silent', 12_000, 6_000],
  ])('I16: %s explains nothing', async (_, outageMs, heartbeatAt) => {
    answers(10_000);
    pass(outageMs);
    outages.heard();
    answers(20_000);
    expect(await lostNow(heartbeatAt)).toBeUndefined();
  });

  it('I16: is not a time in which this process itself was stopped', async () => {
    answers(10_000);
    pass(12_000, true);
    outages.heard();
    expect(await lostNow(9_500)).toBeUndefined();
  });

  it('I16: that gateways noticed explains it to a supervisor that was not there then', async () => {
    answers(40_000);
    const noticed = { since: at(10_000), until: at(22_000) };
    expect(await lostNow(9_500, [noticed])).toEqual({
      from: at(10_000).toISOString(),
      to: at(22_000).toISOString(),
    });
    expect(await lostNow(30_000, [noticed])).toBeUndefined();
  });
});
