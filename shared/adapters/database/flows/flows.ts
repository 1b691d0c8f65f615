/* The named flows of projects as they are read: everybody who sees the project may see them, and they hold no secret. */
import { type Columns, columns } from '../columns.ts';
import type { FlowVersionEntity, NamedFlowEntity } from '../entities/flows.ts';
import type { Sql } from '../sql.ts';

const SHOWN = ['name', 'version', 'description', 'deletedAt', 'createdAt', 'updatedAt'] as const;

/** The content of a flow. */
export type FlowBody = Readonly<Record<string, unknown>>;

export interface FlowRow extends Columns<typeof NamedFlowEntity, (typeof SHOWN)[number]> {
  /** E-mail of who stored its newest version; null once that user is deleted. */
  maker: string | null;
}

const MAKER = `(select email from users where users.id = newest.user_id and users.deleted_at is null) as maker`;
const COLUMNS = `${columns<typeof NamedFlowEntity>(SHOWN, 'flows')}, ${MAKER}`;
const FROM = `flows join flow_versions as newest on newest.flow_id = flows.id and newest.version = flows.version`;

export interface FlowsToList {
  projectId: string;
  deleted: boolean;
  /** Only names after this one. */
  after?: string | undefined;
  limit: number;
}

/** Ordered by name. */
export const listNamedFlows = (sql: Sql, { after = '', ...wanted }: FlowsToList): Promise<FlowRow[]> =>
  sql.rows<FlowRow>(
    `select ${COLUMNS} from ${FROM}
     where flows.project_id = :projectId and flows.name > :after and (flows.deleted_at is not null) = :deleted
     order by flows.name limit :limit`,
    { ...wanted, after },
  );

interface FlowPlace {
  projectId: string;
  name: string;
}

/** The flow with its newest version; a deleted one is not found. */
export const findNamedFlow = (
  sql: Sql,
  place: FlowPlace,
): Promise<(FlowRow & { body: FlowBody }) | undefined> =>
  sql.row<FlowRow & { body: FlowBody }>(
    `select ${COLUMNS}, newest.body from ${FROM}
     where flows.project_id = :projectId and flows.name = :name and flows.deleted_at is null`,
    { ...place },
  );

export interface FlowVersionRow extends Columns<typeof FlowVersionEntity, 'version' | 'createdAt'> {
  maker: string | null;
}

const VERSION_COLUMNS = `newest.version, newest.created_at as "createdAt", ${MAKER}`;
const OF_VERSION = `flows join flow_versions as newest on newest.flow_id = flows.id
     where flows.project_id = :projectId and flows.name = :name and flows.deleted_at is null`;

/** Newest first. None: there is no such flow, or none before that version. */
export const listFlowVersions = (
  sql: Sql,
  { before, ...wanted }: FlowPlace & { before?: number | undefined; limit: number },
): Promise<FlowVersionRow[]> =>
  sql.rows<FlowVersionRow>(
    `select ${VERSION_COLUMNS} from ${OF_VERSION} and newest.version < coalesce(:before::int, 2147483647)
     order by newest.version desc limit :limit`,
    { ...wanted, before: before ?? null },
  );

export const findFlowVersion = (
  sql: Sql,
  place: FlowPlace & { version: number },
): Promise<(FlowVersionRow & { body: FlowBody }) | undefined> =>
  sql.row<FlowVersionRow & { body: FlowBody }>(
    `select ${VERSION_COLUMNS}, newest.body from ${OF_VERSION} and newest.version = :version`,
    { ...place },
  );
