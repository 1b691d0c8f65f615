/* Where the time of a run and of a cancel goes, beside the floors of the same run of the bench. */
import type { Floors } from './floors.ts';
import type { Details } from './goals.ts';
import type { Samples } from './one-at-a-time.ts';
import { median } from './support/median.ts';

export interface Hop {
  what: string;
  /** ms. */
  median: number;
  /** What its parts cost without us, ms. */
  floor?: number;
}

const STEPS = ['goto', 'fill', 'click'];

export type Hops = ReturnType<typeof hopsOf>;

export function hopsOf({ start, cancel, raw, ...single }: Samples, floors: Floors) {
  const [http, request, commit] = [median(single.http), median(floors.request), median(floors.commit)];
  const [abort, close] = [median(floors.abort), median(floors.close)];
  const steps = floors.steps.map(median);
  return {
    floors: [
      hop('HTTP request to the gateway (health)', single.http),
      hop('NATS request and reply', floors.request),
      hop('one statement with commit', floors.commit),
      hop("Playwright's own context with a page", raw.open),
      hop("Playwright's own abort of a wait", floors.abort),
      hop("Playwright's own close of a context", floors.close),
      ...STEPS.map((step, index) => hop(`Playwright's own ${step}`, floors.steps[index]!)),
    ],
    run: [
      hop('POST → 202: HTTP, key, policy, record', start.accepted, http + commit),
      hop('202 → claimed: notification, claim', start.claimed, request),
      hop('claimed → first step_start: commit, machine, a page', start.opened, commit),
      ...STEPS.map((step, index) => hop(step, start.step[index]!, steps[index]! + commit)),
      hop('last step_success → pass stored: close of the context, commit', start.settled, close + commit),
      hop('pass stored → run_end at the watcher: NATS, SSE', start.delivered, request),
    ],
    cancel: [
      hop('sent → recorded: HTTP, key, policy, record', cancel.recorded, http + commit),
      hop('recorded → abort raised and stored: NATS, machine, commit', cancel.raised, request + commit),
      hop('abort → context closed and fail stored', cancel.closed, abort + close + commit),
      hop('fail stored → run_end at the watcher: NATS, SSE', cancel.delivered, request),
    ],
    others: [
      hop('202 → claimed (wanted: 5)', single.started),
      hop('cancel → abort raised and stored (wanted: 4)', single.raised),
      hop('event stored → SSE (wanted: 3)', single.toSse, request),
    ],
  };
}

export function printHops(hops: Hops, details: Details): void {
  table('Floors: what the parts cost without us', hops.floors);
  table('Where a run spends its time', hops.run);
  table('Where a cancel spends its time', hops.cancel);
  table('Other medians', hops.others);
  console.log('\nCPU per run and peak of memory with 20 at once, by group');
  console.table(
    Object.fromEntries([
      ...Object.entries(details.cpuMsPerRun).map(([group, ms]) => [
        group,
        {
          'CPU, ms': round(ms),
          'memory, MiB': round(details.memoryMiB[group as keyof Details['memoryMiB']]),
        },
      ]),
      ...(['node', 'chromium'] as const).map((part) => [
        `raw Playwright: ${part}`,
        {
          'CPU, ms': round(details.cpuMsPerRawFlow[part]),
          'memory, MiB': round(details.rawMemoryMiB[part]),
        },
      ]),
    ]),
  );
}

function table(title: string, rows: Hop[]): void {
  console.log(`\n${title} (medians, ms)`);
  console.table(Object.fromEntries(rows.map(({ what, ...row }) => [what, row])));
}

function hop(what: string, samples: number[], floor?: number): Hop {
  return { what, median: round(median(samples)), ...(floor !== undefined && { floor: round(floor) }) };
}

const round = (value: number): number => Math.round(value * 100) / 100;
