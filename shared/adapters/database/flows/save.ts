/*
 * Changes of named flows. Each locks the row of its flow first, so that versions are numbered without gaps and none is lost;
 * a new one locks its project before, so that the limit holds. Versions are only added, and the oldest ones removed.
 */
import { randomUUID } from 'node:crypto';
import { reaches } from '../accounts/account-limits.ts';
import { toJsonb } from '../json.ts';
import type { Sql } from '../sql.ts';
import type { FlowBody } from './flows.ts';

/** Which flow is changed, and by whom. */
export interface ChangedFlow {
  projectId: string;
  name: string;
  userId: string;
}

export interface NewVersion {
  body: FlowBody;
  /** Hexadecimal. */
  digest: string;
  /** Left as it is, if undefined. */
  description: string | undefined;
  /** The newest version has to be this one; 0: there has to be none. */
  expected: number | undefined;
}

export interface FlowLimits {
  /** Flows of a project, deleted ones included. */
  flows: number | undefined;
  /** Versions that are kept of a flow. */
  versions: number;
}

export interface Saved {
  version: number;
  /** Whether it is a new one. */
  created: boolean;
  /** The content of the newest version before. */
  before: FlowBody | undefined;
}
type Refusal = 'not_found' | 'too_many_flows' | 'version_mismatch';

/** Stores a version, unless the newest one has the same content. A deleted flow is there again. */
export const saveFlow = (
  sql: Sql,
  change: ChangedFlow,
  given: NewVersion,
  limits: FlowLimits,
): Promise<Saved | Refusal> => sql.transaction((inner) => saveWithin(inner, change, given, limits));

/** What would be stored: all of it is done, and taken back. */
export async function trySaveFlow(...[sql, ...given]: Parameters<typeof saveFlow>): Promise<Saved | Refusal> {
  let outcome: Saved | Refusal | undefined;
  const takenBack = new Error('a dry run is rolled back');
  await sql
    .transaction(async (inner) => {
      outcome = await saveWithin(inner, ...given);
      throw takenBack;
    })
    .catch((error: unknown) => {
      if (error !== takenBack) throw error;
    });
  return outcome!;
}

async function saveWithin(
  inner: Sql,
  change: ChangedFlow,
  { expected, ...given }: NewVersion,
  limits: FlowLimits,
): Promise<Saved | Refusal> {
  const found = await lockFlow(inner, change);
  // Looked at before anything is stored: what is refused leaves nothing behind.
  if (expected !== undefined && expected !== (found?.isDeleted ? 0 : (found?.version ?? 0)))
    return 'version_mismatch';
  const flow = found ?? (await addFlow(inner, change, limits.flows));
  if (typeof flow === 'string') return flow;
  // Another request has made it meanwhile.
  if (expected === 0 && !found && flow.version > 0) return 'version_mismatch';
  return addVersion(inner, flow, { ...change, ...given, versions: limits.versions });
}

/** Brings a deleted flow back; with `version`, its content as the newest version. */
export const restoreFlow = (
  sql: Sql,
  { version, ...change }: ChangedFlow & { version: number | undefined },
  versions: number,
): Promise<Saved | 'not_found'> =>
  sql.transaction(async (inner) => {
    const flow = await lockFlow(inner, change);
    if (!flow) return 'not_found';
    const restored = await inner.row<StoredVersion>(VERSION, {
      id: flow.id,
      version: version ?? flow.version,
    });
    if (!restored) return 'not_found';
    return addVersion(inner, flow, { ...change, ...restored, description: undefined, versions });
  });

export const deleteFlow = async (sql: Sql, { projectId, name }: ChangedFlow): Promise<boolean> =>
  (await sql.row(
    `update flows set deleted_at = clock_timestamp(), updated_at = clock_timestamp()
     where project_id = :projectId and name = :name and deleted_at is null returning id`,
    { projectId, name },
  )) !== undefined;

interface LockedFlow {
  id: string;
  version: number;
  isDeleted: boolean;
}

const lockFlow = (inner: Sql, { projectId, name }: ChangedFlow): Promise<LockedFlow | undefined> =>
  inner.row<LockedFlow & Record<string, unknown>>(
    `select id, version, deleted_at is not null as "isDeleted" from flows
     where project_id = :projectId and name = :name for update`,
    { projectId, name },
  );

async function addFlow(
  inner: Sql,
  change: ChangedFlow,
  most: number | undefined,
): Promise<LockedFlow | 'not_found' | 'too_many_flows'> {
  const { projectId, name } = change;
  if (!(await inner.row('select id from projects where id = :projectId for no key update', { projectId })))
    return 'not_found';
  const made = await lockFlow(inner, change);
  if (made) return made;
  const added = await inner.row<LockedFlow & Record<string, unknown>>(
    `insert into flows (id, project_id, name) select :id::uuid, :projectId::uuid, :name
     where not ${reaches('flows where project_id = :projectId', ':most')}
     returning id, version, false as "isDeleted"`,
    { id: randomUUID(), projectId, name, most: most ?? null },
  );
  return added ?? 'too_many_flows';
}

async function addVersion(
  inner: Sql,
  { id, version }: LockedFlow,
  given: ChangedFlow & Omit<NewVersion, 'expected'> & { versions: number },
): Promise<Saved> {
  const { body, digest, userId, description = null, versions } = given;
  const newest = await inner.row<StoredVersion>(VERSION, { id, version });
  const created = newest?.digest !== digest;
  const next = created ? version + 1 : version;
  if (created) await inner.rows(ADD_VERSION, { id, next, body: toJsonb(body), digest, userId });
  if (created) await inner.rows(FORGET, { id, until: next - versions });
  await inner.rows(TOUCH, { id, next, description });
  return { version: next, created, before: newest?.body };
}

interface StoredVersion extends Record<string, unknown> {
  body: FlowBody;
  digest: string;
}

const VERSION = `
select body, encode(digest, 'hex') as digest from flow_versions where flow_id = :id and version = :version`;
const ADD_VERSION = `
insert into flow_versions (flow_id, version, body, digest, user_id)
values (:id, :next, :body::json, decode(:digest, 'hex'), :userId)`;
const FORGET = 'delete from flow_versions where flow_id = :id and version <= :until';
/** Nothing is written where nothing changes. */
const TOUCH = `
update flows set version = :next, description = coalesce(:description, description), deleted_at = null,
  updated_at = clock_timestamp()
where id = :id and (version <> :next or deleted_at is not null or description <> coalesce(:description, description))`;
