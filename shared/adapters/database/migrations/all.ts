import type { OnlineMigration } from '../online/stage.ts';
import { Migration20261201210000_first_schema } from './Migration20261201210000_first_schema.ts';

/** The migrations in the order they are applied. What a released migration leaves behind is never changed. */
export const MIGRATIONS: readonly OnlineMigration[] = [Migration20261201210000_first_schema];
