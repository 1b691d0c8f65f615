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
 * SQL: these columns of a table, under the names that the entity gives them. The entity is the only place that tells
 * what a column is called and what is in it; a test holds it against the migrated database. As a type it is enough: a
 * process that only runs statements loads no ORM.
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
