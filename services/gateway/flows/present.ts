import type { FlowRow, FlowVersionRow } from '#shared/adapters/database/flows/flows.ts';
import type { FlowChanges, NamedFlow } from '#shared/api/contract/flows/flows.ts';
import { changesBetween, type FlowChange } from './difference.ts';

const MOST_CHANGES = 500;
/** Characters of JSON. */
const LONGEST_VALUE = 2_000;

export const presentNamedFlow = ({ maker, deletedAt, ...row }: FlowRow): NamedFlow => ({
  name: row.name,
  version: row.version,
  description: row.description,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  ...(maker !== null && { by: maker }),
  ...(deletedAt && { deletedAt: deletedAt.toISOString() }),
});

export const presentFlowVersion = ({ version, createdAt, maker }: FlowVersionRow) => ({
  version,
  createdAt: createdAt.toISOString(),
  ...(maker !== null && { by: maker }),
});

export function presentChanges(before: unknown, after: unknown): FlowChanges {
  const changes: FlowChanges['changes'] = [];
  for (const change of changesBetween(before, after)) {
    if (changes.length === MOST_CHANGES) return { changes, more: true };
    changes.push(presentChange(change));
  }
  return { changes };
}

const presentChange = ({ kind, path, ...values }: FlowChange): FlowChanges['changes'][number] => ({
  kind,
  path: path.join('.'),
  ...('before' in values && { before: bounded(values.before) }),
  ...('after' in values && { after: bounded(values.after) }),
});

function bounded(value: unknown): unknown {
  const json = JSON.stringify(value);
  return json.length <= LONGEST_VALUE ? value : `${json.slice(0, LONGEST_VALUE)}…`;
}
