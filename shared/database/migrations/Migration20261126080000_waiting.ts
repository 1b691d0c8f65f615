import { Migration } from '@mikro-orm/migrations';

/**
 * For what is said of the system, and for forgetting runners: neither reads all that waits or was ever there (I14). The
 * words of `runs_waiting` are no other statement's, or a claim might walk it for a user's oldest run, past everybody's.
 */
export class Migration20261126080000_waiting extends Migration {
  override up(): void {
    this.addSql(`create index runs_waiting on runs (created_at, id)
      where status = 'running' and num_nonnulls(owner, cancel_requested_at) = 0`);
    this.addSql('create index runners_seen on runners (seen_at)');
  }
}
