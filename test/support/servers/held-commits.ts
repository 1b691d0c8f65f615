/*
 * Holds runs at a stored transition: the database refuses further commits of the owner like in a conflict, so it goes
 * on trying, while heartbeats, cancels and other epochs pass. No lock is held, and services know nothing of it.
 */
import { rows } from '../database/rows.ts';

export interface Hold {
  /** Refuses each commit that would leave this state. */
  state?: string;
  /** Refuses each commit after so many. */
  after?: number;
}

export interface HeldCommits {
  hold(runId: string, hold: Hold): Promise<void>;
  /** Its next try goes through. */
  release(runId: string): Promise<void>;
  /** Which of the held runs are where they are held, in the queue once a runner has claimed them, or final. */
  reached(): Promise<string[]>;
}

export async function installHeldCommits(databaseUrl: string): Promise<HeldCommits> {
  await rows(databaseUrl, INSTALL);
  return {
    async hold(runId, { state, after }) {
      await rows(databaseUrl, 'insert into test_holds values ($1, $2, $3)', [
        runId,
        state ?? null,
        after ?? null,
      ]);
    },
    async release(runId) {
      await rows(databaseUrl, 'delete from test_holds where run_id = $1', [runId]);
    },
    async reached() {
      const found = await rows<{ id: string }>(
        databaseUrl,
        `select runs.id from test_holds as hold join runs on runs.id = hold.run_id
         where hold.commits >= hold.after or (runs.state = hold.state and runs.owner is not null)
           or runs.status in ('pass', 'fail')`,
      );
      return found.map(({ id }) => id);
    },
  };
}

const INSTALL = `
create table test_holds (run_id uuid primary key, state text, after int, commits int not null default 0);
create function test_hold() returns trigger language plpgsql as $$
begin
  if new.last_seq = old.last_seq or new.epoch <> old.epoch then return new; end if;
  if exists (select from test_holds where run_id = old.id and (commits >= after or (state = old.state and new.state <> old.state))) then
    raise exception 'held by a test' using errcode = 'serialization_failure';
  end if;
  update test_holds set commits = commits + 1 where run_id = old.id;
  return new;
end $$;
create trigger test_hold before update on runs for each row execute function test_hold();`;
