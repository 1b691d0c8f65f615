import { Migration } from '@mikro-orm/migrations';

/** Why a runner takes no runs, as it tells with each heartbeat; null if it does. */
export class Migration20261126010000_runner_trouble extends Migration {
  override up(): void {
    this.addSql('alter table runners add column trouble text');
  }
}
