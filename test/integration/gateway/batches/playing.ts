/* A batch of a project of its own, whose runs are played by hand: each ends as its test says. */
import { expect } from 'vitest';
import type { Batch, BatchSummary, BatchTest, ReportFormat } from '#shared/api/contract/batches/batches.ts';
import {
  BEGUN,
  CHECKED,
  CLAIM,
  claimByHand,
  LAUNCHED,
  SETTLED,
  STEP_FAILED,
  TO_PASS,
} from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { call, createPerson, type Person, type Received, type TestGateway } from '../fixture.ts';
import { addFlow } from '../flows/named-flows.ts';
import { TWO_STEPS } from '../schedules/leader.ts';

const TO_FAIL = [CLAIM, LAUNCHED, BEGUN, STEP_FAILED, CHECKED, SETTLED];

/** How a run is to end, by the name of its test and its attempt; undefined: it goes on. */
type Ends = (test: string, attempt: number) => 'pass' | 'fail' | undefined;

export const PASS = () => 'pass' as const;
/** So many rows of a test: row 1, row 2, … */
export const rows = (count: number): { name: string }[] =>
  Array.from({ length: count }, (_, n) => ({ name: `row ${n + 1}` }));

interface BatchRun {
  status: string;
  test: string;
  cancelled: boolean;
}

const RUNS = `
select shown_status as status, trigger ->> 'test' as test, cancel_requested_at is not null as cancelled
from runs where trigger ->> 'batch' = $1 order by ordinal`;

export interface Playing {
  person: Person;
  /** The named flow, of two steps; it takes any inputs. */
  flow: string;
  post(body: object, headers?: Record<string, string>): Promise<Received>;
  /** Starts it, and returns its id. */
  start(body: object): Promise<string>;
  request(method: 'GET' | 'POST', rest: string, body?: unknown): Promise<Received>;
  read(id: string): Promise<Batch>;
  /** Those of a batch, the first one first. */
  runs(id: string): Promise<BatchRun[]>;
  /** Waits until a batch has as many runs. */
  begun(id: string, count: number): Promise<void>;
  /** The text of a report. */
  report(id: string, format: ReportFormat): Promise<string>;
  /** Ends the runs that can be claimed now; returns of how many tests. */
  play(ends: Ends): Promise<number>;
  /** Ends runs until the batch has ended. */
  playOut(id: string, ends: Ends): Promise<Batch>;
}

export async function playing(gateway: TestGateway): Promise<Playing> {
  const person = await createPerson(gateway);
  const { projectId } = person;
  const flow = await addFlow(gateway, projectId, person, TWO_STEPS);
  const path = `/v1/projects/${projectId}/batches`;
  const request: Playing['request'] = (method, rest, body) =>
    call(gateway, method, `${path}${rest}`, { as: person, ...(body !== undefined && { body }) });
  const post: Playing['post'] = (body, headers = {}) =>
    call(gateway, 'POST', path, { as: person, body, headers });
  const read = async (id: string) => (await request('GET', `/${id}`)).body as Batch;
  const play = createPlay(gateway, projectId);
  return {
    person,
    flow,
    post,
    request,
    read,
    ...runsOf(gateway),
    play,
    async start(body) {
      const { status, body: made } = await post(body);
      expect({ status, made }).toMatchObject({ status: 201 });
      return (made as BatchSummary).id;
    },
    report: async (id, format) => {
      const headers = { authorization: `Bearer ${person.token}` };
      return (await fetch(`${gateway.url}${path}/${id}/report?format=${format}`, { headers })).text();
    },
    playOut: (id, ends) =>
      eventually(
        async () => {
          await play(ends);
          const batch = await read(id);
          expect(['pass', 'fail', 'cancelled']).toContain(batch.status);
          return batch;
        },
        { everyMs: 25 },
      ),
  };
}

function runsOf({ sql }: TestGateway): Pick<Playing, 'runs' | 'begun'> {
  const runs = (id: string) => sql.rows<BatchRun>(RUNS, [id]);
  return {
    runs,
    begun: (id, count) => eventually(async () => expect(await runs(id)).toHaveLength(count)),
  };
}

type Owned = Awaited<ReturnType<typeof claimByHand>>;
const HOUR_MS = 3_600_000;
/** What is kept of a run that fails. */
export const LAST_LOOK = { url: 'http://shop.example/', screenshotPath: 'run/1-last-run.png' };

const TRIGGER = `
select project_id as project, trigger ->> 'test' as test, (trigger ->> 'attempt')::int as attempt from runs where id = $1`;

/** Owns all runs that can be claimed, until they are to end. Returns how many have ended. */
function createPlay({ sql }: TestGateway, projectId: string) {
  const owned = new Set<Owned>();
  const claimAll = async () => {
    const { waiting } = (await sql.row<{ waiting: number }>(
      `select count(*)::int as waiting from runs where owner is null and status = 'running' and cancel_requested_at is null`,
    ))!;
    for (let n = 0; n < waiting; n += 1)
      owned.add(await claimByHand(sql, crypto.randomUUID(), HOUR_MS, () => LAST_LOOK));
  };
  return async (ends: Ends): Promise<number> => {
    await claimAll();
    let ended = 0;
    for (const run of owned) {
      const about = (await sql.row<{ project: string; test: string; attempt: number }>(TRIGGER, [
        run.run.id,
      ]))!;
      const how = about.project === projectId ? ends(about.test, about.attempt) : undefined;
      if (how === undefined) continue;
      for (const event of how === 'fail' ? TO_FAIL : TO_PASS) await run.commit(event);
      owned.delete(run);
      ended += 1;
    }
    return ended;
  };
}

/** The names of the tests that have a status. */
export const namesOf = (tests: readonly BatchTest[], status: BatchTest['status']): string[] =>
  tests.filter((test) => test.status === status).map(({ name }) => name);
