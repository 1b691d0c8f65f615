/*
 * What a migration is made of: stages, each of which lets those who write meanwhile go on (decisions/online-migrations.md).
 * Each can be repeated, as an interrupted migration begins anew.
 */
import type { Sql } from '../sql.ts';

/** PostgreSQL's names, the weakest first. */
export const LOCK_MODES = [
  'row share',
  'row exclusive',
  'share update exclusive',
  'share',
  'share row exclusive',
  'exclusive',
  'access exclusive',
] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** The tables, of those that were there before, that a stage locks, and how. */
export type Locks = Readonly<Record<string, LockMode>>;

interface Of<Kind extends string> {
  kind: Kind;
  /** What the stage does, for the operator, after "would". */
  what: string;
  locks: Locks;
  /** A statement that returns a row if the stage is done, where its own cannot say `if not exists`. */
  unless?: string;
}

/** Changes of the catalogue only, in one transaction: over in milliseconds once it has its locks. */
export interface Change extends Of<'change'> {
  sql: string;
}

/** Checks the rows that were there before the constraint. Long, but no other statement waits for it. */
export interface Validation extends Of<'validate'> {
  sql: string;
}

/** Long, but no other statement waits for it. */
export interface IndexBuild extends Of<'build index'> {
  name: string;
  sql: string;
}

export interface IndexDrop extends Of<'drop index'> {
  sql: string;
}

export type Cursor = Readonly<Record<string, string>>;

/** Rows that are filled in some thousands at a time, beside those who write them. */
export interface Backfill extends Of<'backfill'> {
  first: Cursor;
  /**
   * Does the next ones after a place, in one transaction, and returns the place it came to; undefined at the end. It
   * waits for no row that another transaction has, so that it cannot be part of a circle: it leaves that row out.
   */
  batch(sql: Sql, after: Cursor): Promise<Cursor | undefined>;
  /** A statement that returns a row if some are left that were there at `:started`; then all is looked through again. */
  left: string;
  /** A statement that counts, as `count`, what is to be done; else it is every row of its table. */
  count?: string;
}

export type Stage = Change | Validation | IndexBuild | IndexDrop | Backfill;

export interface OnlineMigration {
  /** Name under which it is recorded. */
  name: string;
  stages: readonly Stage[];
}

export const change = (what: string, locks: Locks, sql: string, unless?: string): Change => ({
  kind: 'change',
  what,
  locks,
  sql,
  ...(unless !== undefined && { unless }),
});

export const validateCheck = (table: string, constraint: string): Validation => ({
  kind: 'validate',
  what: `check the rows of ${table} against ${constraint}`,
  locks: { [table]: 'share update exclusive' },
  sql: `alter table ${table} validate constraint ${constraint}`,
});

interface IndexOptions {
  unique?: boolean;
  unless?: string;
}

/** `definition` is what follows `on <table>`. */
export const buildIndex = (
  table: string,
  name: string,
  definition: string,
  { unique = false, unless }: IndexOptions = {},
): IndexBuild => ({
  kind: 'build index',
  what: `build the index ${name} of ${table}`,
  locks: { [table]: 'share update exclusive' },
  name,
  sql: `create ${unique ? 'unique ' : ''}index concurrently if not exists ${name} on ${table} ${definition}`,
  ...(unless !== undefined && { unless }),
});

export const dropIndex = (table: string, name: string): IndexDrop => ({
  kind: 'drop index',
  what: `drop the index ${name} of ${table}`,
  locks: { [table]: 'share update exclusive' },
  sql: `drop index concurrently if exists ${name}`,
});

export const backfill = (
  table: string,
  what: string,
  how: Pick<Backfill, 'first' | 'batch' | 'left' | 'count'>,
): Backfill => ({
  kind: 'backfill',
  what,
  locks: { [table]: 'row exclusive' },
  ...how,
});

/** A uuid before all others but one. */
export const NO_UUID = '00000000-0000-0000-0000-000000000000';
