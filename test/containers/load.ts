import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Client,
  GatewayError,
  isFinal,
  type RunDetail,
  type StartInput,
} from '#shared/api/client/index.ts';
import { eventually } from '../support/eventually.ts';

const SITE = 'http://site:8000';
/** A run of the load takes a little longer than this. */
const RUN_MS = 1_500;
const BETWEEN_STARTS_MS = 700;
/** The default number of slots of one runner. */
const AT_ONCE = 4;
/** No more than that are started while none ends: on a slow machine a queue would only grow, and its end look stuck. */
const MOST_LIVE = 12;
/** A run that is not final so long after its start is stuck, as is a service that does not answer: longer than an upgrade. */
const STUCK_MS = 300_000;

export type Flow = Omit<StartInput, 'project'>;

/** Visits the site, and waits until it shows something `ms` later. */
export const flowOf = (ms: number): Flow => ({
  baseUrl: SITE,
  onRunnerLoss: 'requeue',
  steps: [
    { action: 'goto', url: `/?after=${ms}` },
    { action: 'waitForSelector', selector: '#done', timeoutMs: Math.min(ms + 20_000, 120_000) },
    { action: 'click', selector: 'button' },
  ],
});

export interface Load {
  start(flow?: Flow): Promise<string>;
  /** Resolves when the run waits for what its page shows later. */
  waits(id: string): Promise<void>;
  cancel(id: string): Promise<{ status: string }>;
  /** The run when it is final. */
  settled(id: string): Promise<RunDetail>;
  /** Starts runs all the time while `work` goes on, and some before and after it. Resolves when all are final. */
  during(work: () => Promise<unknown>): Promise<RunDetail[]>;
}

/** Against a gateway that may be away at times: what it did not answer is asked again, and nothing is started twice. */
export function createLoad(client: Client, project: string): Load {
  const start: Load['start'] = async (flow = flowOf(RUN_MS)) => {
    const idempotencyKey = crypto.randomUUID();
    return (await insist(() => client.start({ ...flow, project }, { idempotencyKey }))).id;
  };
  const settled: Load['settled'] = async (id) => {
    const until = performance.now() + STUCK_MS;
    for (;;) {
      const run = await insist(() => client.get(id, { wait: 20 }));
      if (isFinal(run.status)) return checked(run);
      assert(performance.now() < until, `run ${id} is stuck in ${run.state}`);
    }
  };
  const waits: Load['waits'] = async (id) => {
    await eventually(
      async () => {
        const { events = [] } = await insist(() => client.get(id));
        assert(events.some((event) => event.type === 'step_start' && event.stepIndex === 1));
      },
      { timeoutMs: STUCK_MS, everyMs: 250 },
    );
  };
  const during: Load['during'] = async (work) => {
    const runs: Promise<RunDetail>[] = [];
    let live = 0;
    const begin = async () => {
      live += 1;
      const id = await start();
      runs.push(
        later(
          settled(id).finally(() => {
            live -= 1;
          }),
        ),
      );
    };
    await Promise.all(Array.from({ length: AT_ONCE }, begin));
    let over = false;
    const ended = later(
      work().finally(() => {
        over = true;
      }),
    );
    for (let after = 0; after < 3; after += over ? 1 : 0) {
      if (live < MOST_LIVE) await begin();
      await delay(BETWEEN_STARTS_MS);
    }
    await ended;
    return Promise.all(runs);
  };
  return { start, settled, during, waits, cancel: (id) => client.cancel(id) };
}

/** For a promise that is awaited later, and may reject before. */
function later<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

async function insist<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + STUCK_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isAway =
        error instanceof GatewayError ||
        (error instanceof Error && 'status' in error && error.status === 503);
      if (!isAway || performance.now() > until) throw error;
      await delay(250);
    }
  }
}

/** Its events are whole: numbered without a gap, with one end, which is the last. */
function checked(run: RunDetail): RunDetail {
  const { events = [] } = run;
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
    `the events of ${run.id}`,
  );
  const ends = events.filter(({ type }) => type === 'run_end');
  assert.equal(ends.length, 1, `run_end of ${run.id}`);
  assert.equal(events.at(-1)?.type, 'run_end');
  return run;
}
