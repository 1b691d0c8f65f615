import { Migration } from '@mikro-orm/migrations';

/**
 * For subscribers that have missed events: up to where each durable consumer has had everything, and the ended runs of a
 * user and of a project in the order of their ends. Both indexes are written once per run, at its end.
 */
export class Migration20261126200000_gaps extends Migration {
  override up(): void {
    this.addSql(`
alter table subscriber_consumers
  add column had_until timestamptz,
  add column mark_seq bigint,
  add column mark_at timestamptz,
  add column told boolean not null default false`);
    this.addSql(
      `create index runs_ended_of_project on runs ((project_id::text), finished_at, id) where status in ('pass', 'fail')`,
    );
    this.addSql(
      `create index runs_ended_of_user on runs ((user_id::text), finished_at, id) where status in ('pass', 'fail')`,
    );
  }
}
