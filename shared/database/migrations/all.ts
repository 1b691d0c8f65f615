import { Migration20261125000000_runs } from './Migration20261125000000_runs.ts';

/** In the order they are applied. A released migration is never changed. */
export const MIGRATIONS = [Migration20261125000000_runs];
