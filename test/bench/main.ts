/*
 * npm run bench: what the main job costs, as medians, each beside the floor measured in the same run and the design's
 * budget. Real stack, real browser, one run at a time.
 */
import { Client } from 'pg';
import { type Floors, measureFloors } from './floors.ts';
import { median, sample, timed, wallNow } from './median.ts';
import { startBenchStack, startPage } from './stack.ts';
import { entered, runEnd, watch } from './watch.ts';

const FLOOR_NAMES = {
  http: 'HTTP request to the gateway (health)',
  request: 'NATS request and reply',
  commit: 'one statement with commit',
  abort: "Playwright's own abort of a wait",
  close: "Playwright's own close of a context",
};
const ROUNDS = Number(process.argv[2] ?? 25);

await using stack = await startBenchStack();
await using page = await startPage();
const headers = { 'X-Api-Key': stack.apiKey, 'Content-Type': 'application/json' };
const api = async (path: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${stack.gateway}${path}`, { headers, ...init });
  return response.json() as Promise<unknown>;
};
const [project] = (await api('/v1/projects')) as [{ id: string }];
const start = async (steps: object[]) =>
  (await api('/v1/run', { project: project.id, baseUrl: page.url, steps })) as { id: string };
const stream = (id: string) => watch(`${stack.gateway}/v1/runs/${id}/events/stream`, headers);
const GOTO = { action: 'goto', url: '/' };
const SHORT = [
  GOTO,
  { action: 'fill', selector: '#name', value: 'Ada' },
  { action: 'click', selector: '#buy' },
];
const WAITING = [GOTO, { action: 'waitForSelector', selector: '#never' }];
const isWaiting = (seen: { entry: { type?: string; stepIndex?: number } }) =>
  seen.entry.type === 'step_start' && seen.entry.stepIndex === 1;

/** What HTTP alone costs in the same rhythm. */
const http: number[] = [];
const accepted: number[] = [];
const started: number[] = [];
const toPass: number[] = [];
const toSse: number[] = [];
const answered: number[] = [];
const raised: number[] = [];
const ended: number[] = [];
/** The same cancels, hop by hop. */
const hops = {
  recorded: [] as number[],
  raised: [] as number[],
  closed: [] as number[],
  told: [] as number[],
};

const database = new Client({ connectionString: stack.database });
await database.connect();
const recordedAt = async (id: string) => {
  const sql = 'select extract(epoch from cancel_requested_at) * 1000 as at from runs where id = $1';
  return Number((await database.query<{ at: string }>(sql, [id])).rows[0]!.at);
};
const storedTimes = async (id: string) => {
  const { rows } = await database.query<{ seq: number; at: string; to: string | null }>(
    `select seq, extract(epoch from at) * 1000 as at, payload ->> 'to' as to from events where run_id = $1 order by seq`,
    [id],
  );
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
};

async function passRound(): Promise<number> {
  http.push(await timed(() => api('/health')));
  const sent = wallNow();
  const { id } = await start(SHORT);
  const got = wallNow();
  const watcher = stream(id);
  const end = await watcher.until(runEnd);
  await watcher.ended;
  const stored = await storedTimes(id);
  accepted.push(got - sent);
  started.push(stored[0]!.at - got);
  const live = watcher.seen.filter(({ entry }) => entry.seq !== undefined && entry.seq > 5);
  toSse.push(...live.map(({ at, entry }) => at - stored[entry.seq! - 1]!.at));
  toPass.push(end.at - sent);
  return end.at - sent;
}

async function cancelRound(): Promise<number> {
  const { id } = await start(WAITING);
  const watcher = stream(id);
  await watcher.until(isWaiting);
  const sent = wallNow();
  answered.push(await timed(() => api(`/v1/runs/${id}/cancel`, {})));
  const [abort, end] = [await watcher.until(entered('cancelling.aborting')), await watcher.until(runEnd)];
  const [recorded, stored] = [await recordedAt(id), await storedTimes(id)];
  const reached = (state: string) => stored.find(({ to }) => to === state)!.at;
  raised.push(reached('cancelling.aborting') - sent);
  ended.push(end.at - sent);
  hops.recorded.push(recorded - sent);
  hops.raised.push(reached('cancelling.aborting') - recorded);
  hops.closed.push(reached('fail') - reached('cancelling.aborting'));
  hops.told.push(end.at - reached('fail'));
  await watcher.ended;
  return abort.at - sent;
}

await sample(5, passRound);
await sample(3, cancelRound);
for (const list of [http, accepted, started, toPass, toSse, answered, raised, ended, ...Object.values(hops)])
  list.length = 0;
const before = await measureFloors(stack.database, ROUNDS);
await sample(ROUNDS, passRound);
await sample(ROUNDS, cancelRound);
await database.end();
report(before);

function report({ request, commit, abort, close }: Floors): void {
  const floors = {
    http: median(http),
    request: median(request),
    commit: median(commit),
    abort: median(abort),
    close: median(close),
  };
  console.log(`\nFloors of this run (medians of ${ROUNDS}, ms)`);
  console.table(
    Object.fromEntries(
      Object.entries(floors).map(([name, ms]) => [FLOOR_NAMES[name as keyof typeof floors], round(ms)]),
    ),
  );
  const ladder = floors.http + floors.request + floors.abort + floors.close + 3 * floors.commit;
  console.log(`What a client sees (medians of ${ROUNDS}, ms)`);
  console.table([
    row('POST → 202', accepted, floors.http + floors.commit, 5),
    row('202 → actor started', started, floors.commit, 5),
    row('POST → pass (goto + fill + click)', toPass),
    row('cancel → 200', answered, floors.http + floors.request + floors.commit),
    row('cancel → abort raised and stored', raised, floors.http + floors.request + 2 * floors.commit, 4),
    row('cancel → run_end at a watcher', ended, ladder, 12),
    row('event stored → SSE', toSse, floors.request, 3),
  ]);
  console.log('Where a cancel spends its time (medians, ms)');
  console.table([
    hop('sent → recorded: HTTP, key, run, policy, record', hops.recorded, floors.http + floors.commit),
    hop(
      'recorded → abort raised and stored: NATS, machine, commit',
      hops.raised,
      floors.request + floors.commit,
    ),
    hop('abort → context closed and fail stored', hops.closed, floors.abort + floors.close + floors.commit),
    hop('fail stored → run_end at the watcher: NATS, SSE', hops.told, floors.request),
  ]);
}

function hop(what: string, samples: number[], floor: number) {
  return { what, median: round(median(samples)), floor: round(floor) };
}

function row(what: string, samples: number[], floor?: number, budget?: number) {
  const value = median(samples);
  const verdict = budget === undefined ? '' : value <= budget ? 'met' : 'missed';
  return {
    what,
    median: round(value),
    floor: floor === undefined ? '' : round(floor),
    budget: budget ?? '',
    verdict,
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
