import { START_FIELDS } from '#shared/contract/runs.ts';
import type { RepeatableRun } from '#shared/database/run-views/repeat.ts';

type Changes = Readonly<Record<string, unknown>>;

/**
 * The body that starts a run again with changes, still to be validated. What is not changed stays as it was posted;
 * `null` takes a field away; what is no field of a start is dropped.
 */
export function repeatedBody({ projectId, plan, options }: RepeatableRun, changes: Changes): Changes {
  const before: Changes = { project: projectId, ...plan, ...options };
  // Without its key there is nothing it could cancel.
  const given = changes.concurrencyKey === null ? { cancelPrevious: null, ...changes } : changes;
  const fields = START_FIELDS.map((field) => [
    field,
    Object.hasOwn(given, field) ? given[field] : before[field],
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined && value !== null));
}

/** How much of what may hold secrets, a flow's steps, the changes replace. */
export function replaces({ plan }: RepeatableRun, changes: Changes): 'all' | 'some' | 'nothing' {
  const lists = [Array.isArray(changes.steps)];
  if (plan.onCancel !== undefined && plan.onCancel.length > 0) lists.push(changes.onCancel !== undefined);
  if (lists.every(Boolean)) return 'all';
  return lists.some(Boolean) ? 'some' : 'nothing';
}

/** Who has written the steps of the repeated flow; null: several users have. */
export function writerOf(source: RepeatableRun, changes: Changes, callerId: string): string | null {
  const replaced = replaces(source, changes);
  if (replaced === 'all') return callerId;
  if (replaced === 'nothing' || source.flowBy === callerId) return source.flowBy;
  return null;
}

/**
 * Whether the repeated flow would take steps that somebody else has written to another origin, and so their fill values
 * to whoever is there (I10).
 */
export function carriesSecretsAway(
  source: RepeatableRun,
  changes: Changes,
  to: { baseUrl: string; callerId: string },
): boolean {
  if (source.flowBy === to.callerId || replaces(source, changes) === 'all') return false;
  return URL.parse(to.baseUrl)?.origin !== URL.parse(source.plan.baseUrl)?.origin;
}
