import type { InferEntity } from '@mikro-orm/core';

interface Entity {
  meta: { properties: Record<string, unknown> };
}

type RowOf<Of extends Entity> = {
  [Name in keyof InferEntity<Of>]: Exclude<InferEntity<Of>[Name], undefined>;
};

/** A row that {@link columns} selects: its types are those that the entity tells. */
export type Columns<Of extends Entity, Name extends keyof InferEntity<Of>> = Pick<RowOf<Of>, Name>;

/**
 * SQL: these columns of a table, under the names of the entity, which alone says what a column is called and holds; a test
 * compares it with the migrated database. Only its type is used, so that no ORM is loaded.
 */
export const columns = <Of extends Entity>(
  names: readonly (keyof InferEntity<Of> & string)[],
  table: string,
): string =>
  names
    .map((name) => `${table}.${columnName(name)}${columnName(name) === name ? '' : ` as "${name}"`}`)
    .join(', ');

/** The name that MikroORM gives it. */
export const columnName = (property: string): string =>
  property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
