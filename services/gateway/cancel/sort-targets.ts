import type { CancelFailure } from '#shared/adapters/database/cancel-jobs/read.ts';
import type { CancelTarget } from '#shared/adapters/database/cancel-jobs/targets.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { type Actor, may } from '../access/policy.ts';

/** What a bulk cancel was asked to stop, sorted by what can be done about it. */
export interface SortedTargets {
  /** Distinct runs that were named or found. */
  matched: number;
  live: string[];
  final: string[];
  failures: CancelFailure[];
}

/** The runs that ids can mean, each once; an id is the same in capital letters. */
export const idsToFind = (ids: string[]): string[] => [
  ...new Set(ids.filter(isId).map((id) => id.toLowerCase())),
];

/** Sorts them like a cancel of each alone would be answered: what the caller may not see is not there (I11). Pure. */
export function sortNamed(actor: Actor, ids: string[], found: CancelTarget[]): SortedTargets {
  const byId = new Map(found.map((target) => [target.id, target]));
  const named = new Map(ids.map((id) => [isId(id) ? id.toLowerCase() : id, id]));
  const sorted: SortedTargets = { matched: named.size, live: [], final: [], failures: [] };
  for (const [id, asGiven] of named) {
    const target = byId.get(id);
    const decision = target ? may(actor, 'runs:cancel', target) : 'hidden';
    if (!target || decision === 'hidden') sorted.failures.push({ id: asGiven, error: 'not_found' });
    else if (decision === 'forbidden') sorted.failures.push({ id: asGiven, error: 'forbidden' });
    else (isFinal(target.status) ? sorted.final : sorted.live).push(id);
  }
  return sorted;
}

/** A filter finds only what the caller may cancel, but the policy decides here again. Pure. */
export function sortFound(actor: Actor, found: CancelTarget[]): SortedTargets {
  const live = found.filter((target) => may(actor, 'runs:cancel', target) === 'allowed').map(({ id }) => id);
  return { matched: live.length, live, final: [], failures: [] };
}
