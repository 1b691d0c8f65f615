import { closeFleets } from './fleet.ts';
import type { BenchPostgres } from './postgres.ts';
import type { Table } from './table.ts';

/** Stops all that was started if the process is interrupted or a promise is rejected: with what was measured by then, and 1. */
export function leaveEarly(postgres: BenchPostgres, table: Table): void {
  const leave = async () => {
    table.print();
    await closeFleets();
    await postgres[Symbol.asyncDispose]();
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void leave());
  process.once('unhandledRejection', (error) => {
    console.error(error);
    void leave();
  });
}
