import pg from 'pg';
import { eventually } from '../../../support/eventually.ts';
import type { Received, TestGateway } from '../fixture.ts';

/**
 * Sends requests that wait for the same rows, one behind the other, and then lets them go: every statement has begun
 * before the first of them changes anything.
 */
export async function rush(
  { databaseUrl }: Pick<TestGateway, 'databaseUrl'>,
  lock: { text: string; values: unknown[] },
  requests: (() => Promise<Received>)[],
): Promise<Received[]> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  await holder.connect();
  const answers: Promise<Received>[] = [];
  try {
    await holder.query('begin');
    await holder.query(lock.text, lock.values);
    for (const request of requests) {
      answers.push(request());
      await eventually(() => expectWaiting(holder, answers.length), { everyMs: 5 });
    }
    await holder.query('commit');
    return await Promise.all(answers);
  } finally {
    await holder.end();
    await Promise.allSettled(answers);
  }
}

/** A transaction sees the activity of its beginning, unless it asks for a new one. */
async function expectWaiting(client: pg.Client, count: number): Promise<void> {
  await client.query('select pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  if (rows.length < count) throw new Error(`${rows.length} of ${count} requests wait`);
}
