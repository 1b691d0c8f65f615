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
  /** Flows of a project; of deleted ones, only as many as there is room for. */
  flows: number | undefined;
  /** Versions that are kept of a flow. */
  versions: number;
}

export interface Saved {
  version: number;
  /** Whether it is a new one. */
  created: boolean;
  /** The flow was deleted before. */
  restored?: true;
  /** The content of the newest version before. */
  before: FlowBody | undefined;
}
type Refusal = 'not_found' | 'too_many_flows' | 'version_mismatch';

/**
 * Stores a version, unless the newest one has the same content: a repeat of what was stored is no conflict, whatever version it
 * expects. A deleted flow is there again.
 */
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
  if (!found && expected) return 'version_mismatch';
  const flow = found ?? (await addFlow(inner, change, limits.flows));
  if (typeof flow === 'string') return flow;
  const newest = await findVersion(inner, flow);
  const live = flow.isDeleted ? 0 : flow.version;
  const { digest, description = flow.description } = given;
  if (live > 0 && newest?.digest === digest && description === flow.description)
    return { version: live, created: false, before: newest.body };
  if (expected !== undefined && expected !== live) return 'version_mismatch';
  return addVersion(inner, { ...flow, newest }, { ...change, ...given, versions: limits.versions });
}

interface Restoring {
  /** Versions that are kept of a flow. */
  versions: number;
  /** Whether the user may store this content. */
  mayStore: (body: FlowBody) => boolean;
}

/** Brings a deleted flow back; with `version`, its content as the newest version. */
export const restoreFlow = (
  sql: Sql,
  { version, ...change }: ChangedFlow & { version: number | undefined },
  { versions, mayStore }: Restoring,
): Promise<Saved | 'not_found' | 'forbidden'> =>
  sql.transaction(async (inner) => {
    const flow = await lockFlow(inner, change);
    const newest = flow && (await findVersion(inner, flow));
    const wanted = version === undefined ? newest : flow && (await findVersion(inner, { ...flow, version }));
    if (!flow || !wanted) return 'not_found';
    if (!mayStore(wanted.body)) return 'forbidden';
    return addVersion(inner, { ...flow, newest }, { ...change, ...wanted, description: undefined, versions });
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
  description: string;
  isDeleted: boolean;
}

const LOCKED = `id, version, description, deleted_at is not null as "isDeleted"`;
const lockFlow = (inner: Sql, { projectId, name }: ChangedFlow): Promise<LockedFlow | undefined> =>
  inner.row<LockedFlow & Record<string, unknown>>(
    `select ${LOCKED} from flows
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
  const add = () =>
    inner.row<LockedFlow & Record<string, unknown>>(ADD, {
      id: randomUUID(),
      projectId,
      name,
      most: most ?? null,
    });
  const added = await add();
  if (added) return added;
  await inner.rows(MAKE_ROOM, { projectId, most: most ?? null });
  return (await add()) ?? 'too_many_flows';
}

const ADD = `
insert into flows (id, project_id, name) select :id::uuid, :projectId::uuid, :name
where not ${reaches('flows where project_id = :projectId', ':most')}
returning ${LOCKED}`;

/** Those that were deleted longest ago. Each gets its own id as that of a project which there is not, and retention deletes it. */
const MAKE_ROOM = `
update flows set project_id = id where id in (
  select id from flows where project_id = :projectId and deleted_at is not null order by deleted_at, id
  limit (select greatest(count(*) - :most::int + 1, 0) from flows where project_id = :projectId) for update skip locked)`;

async function addVersion(
  inner: Sql,
  { id, version, newest, isDeleted }: LockedFlow & { newest: StoredVersion | undefined },
  given: ChangedFlow & Omit<NewVersion, 'expected'> & { versions: number },
): Promise<Saved> {
  const { body, digest, userId, description = null, versions } = given;
  const created = newest?.digest !== digest;
  const next = created ? version + 1 : version;
  if (created) await inner.rows(ADD_VERSION, { id, next, body: toJsonb(body), digest, userId });
  if (created) await inner.rows(FORGET, { id, until: next - versions });
  await inner.rows(TOUCH, { id, next, description });
  return { version: next, created, ...(isDeleted && { restored: true }), before: newest?.body };
}

interface StoredVersion extends Record<string, unknown> {
  body: FlowBody;
  digest: string;
}

const findVersion = (
  inner: Sql,
  { id, version }: Pick<LockedFlow, 'id' | 'version'>,
): Promise<StoredVersion | undefined> =>
  inner.row<StoredVersion>(
    `select body, encode(digest, 'hex') as digest from flow_versions where flow_id = :id and version = :version`,
    { id, version },
  );

const ADD_VERSION = `
insert into flow_versions (flow_id, version, body, digest, user_id)
values (:id, :next, :body::json, decode(:digest, 'hex'), :userId)`;
const FORGET = 'delete from flow_versions where flow_id = :id and version <= :until';
/** Nothing is written where nothing changes. The time is that of the newest version, of a deletion or a restore. */
const TOUCH = `
update flows set version = :next, description = coalesce(:description, description), deleted_at = null,
  updated_at = case when version <> :next or deleted_at is not null then clock_timestamp() else updated_at end
where id = :id and (version <> :next or deleted_at is not null or description <> coalesce(:description, description))`;
