import { Migration } from '@mikro-orm/migrations';

/** For what is said of the system, and for forgetting runners: neither reads all that waits or was ever there (I14). */
export class Migration20261126080000_waiting extends Migration {
  override up(): void {
    this.addSql(`create index runs_waiting on runs (created_at, id)
      where status = 'running' and owner is null and cancel_requested_at is null`);
    this.addSql('create index runners_seen on runners (seen_at)');
  }
}
