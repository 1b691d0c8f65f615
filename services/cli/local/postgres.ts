export { stopLeftoverPostgres } from './postgres/leftover.ts';
export { removePostgresData } from './postgres/placement.ts';
export { type Postgres, type StartPostgres, startPostgres } from './postgres/start.ts';
export type { PostgresStrategy } from './postgres/strategy.ts';
