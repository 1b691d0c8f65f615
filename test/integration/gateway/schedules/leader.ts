/* A leader's looks at schedules, by hand, and the time that is made to have gone by for one of them. */
import { expect } from 'vitest';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import {
  lookAtSchedules,
  settleSchedules,
} from '../../../../services/supervisor/schedules/look-at-schedules.ts';
import { eventually } from '../../../support/eventually.ts';
import { inMinute } from '../../../support/in-minute.ts';
import { call, createPerson, type Person, type Received, randomName, type TestGateway } from '../fixture.ts';
import { addFlow } from '../flows/named-flows.ts';

const LOG = { warn: (...args: unknown[]) => void expect.fail(JSON.stringify(args)) };

/** One look of a leader. */
export const look = ({ sql }: Pick<TestGateway, 'sql'>): Promise<void> =>
  lookAtSchedules(sql, LOG, () => true);
export const settle = ({ sql }: Pick<TestGateway, 'sql'>): Promise<void> => settleSchedules(sql, () => true);

/** A flow of two steps. */
export const TWO_STEPS = {
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#buy' },
  ],
};

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface Scheduling {
  person: Person;
  /** The named flow. */
  flow: string;
  /** The schedule's. */
  name: string;
  request(method: Method, rest?: string, body?: unknown, headers?: Record<string, string>): Promise<Received>;
  put(more?: object): Promise<Schedule>;
  read(): Promise<Schedule>;
  occurrences(): Promise<Occurrence[]>;
  /** Waits until nothing of it is due any more. */
  started(): Promise<Occurrence[]>;
  /** Makes it as if nobody had looked at it for so long. */
  unseenFor(ms: number): Promise<void>;
  runs(): Promise<ScheduledRun[]>;
}

interface ScheduledRun {
  id: string;
  status: string;
  concurrencyKey: string | null;
  userId: string;
  cancelled: boolean;
}

const UNSEEN = `
update schedules set evaluated_to = clock_timestamp() - :ms::float8 * interval '1 ms',
  next_at = clock_timestamp(), wakes_at = clock_timestamp()
where project_id = :projectId and name = :name`;
const RUNS = `
select id, shown_status as status, concurrency_key as "concurrencyKey", user_id as "userId",
  cancel_requested_at is not null as cancelled
from runs where project_id = $1 order by ordinal`;

/** A person with a flow, and a schedule of it; each of a project of its own. */
export async function scheduling(
  gateway: TestGateway,
  body: Readonly<Record<string, unknown>> = TWO_STEPS,
): Promise<Scheduling> {
  const person = await createPerson(gateway);
  const { projectId } = person;
  const flow = await addFlow(gateway, projectId, person, body);
  const name = randomName();
  const path = `/v1/projects/${projectId}/schedules/${name}`;
  const request: Scheduling['request'] = (method, rest = '', sent = undefined, headers = {}) =>
    call(gateway, method, `${path}${rest}`, {
      as: person,
      headers,
      ...(sent !== undefined && { body: sent }),
    });
  const read = async () => (await request('GET')).body as Schedule;
  const occurrences = async () => (await request('GET', '/occurrences')).body as Occurrence[];
  return {
    person,
    flow,
    name,
    request,
    read,
    occurrences,
    async put(more = {}) {
      const put = await request('PUT', '', { cron: '* * * * *', flow: { name: flow }, ...more });
      expect(put.status, JSON.stringify(put.body)).toBe(200);
      return put.body as Schedule;
    },
    started: () =>
      eventually(async () => {
        const all = await occurrences();
        expect(all.filter(({ status }) => status === 'due')).toEqual([]);
        return all;
      }),
    async unseenFor(ms) {
      await inMinute();
      await gateway.sql.rows(UNSEEN, { ms, projectId, name });
    },
    runs: () => gateway.sql.rows<ScheduledRun & Record<string, unknown>>(RUNS, [projectId]),
  };
}
