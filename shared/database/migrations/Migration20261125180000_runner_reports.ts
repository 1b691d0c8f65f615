import { Migration } from '@mikro-orm/migrations';

/** What a runner tells of itself with each heartbeat. */
export class Migration20261125180000_runner_reports extends Migration {
  override up(): void {
    this.addSql('alter table runners add column browsers int');
  }
}
