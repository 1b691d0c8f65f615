import type { ProfileRow } from '#shared/adapters/database/profiles/profiles.ts';
import type { Profile } from '#shared/api/contract/profiles/profiles.ts';

export function presentProfile(row: ProfileRow): Profile {
  const { checkUrl: url, checkVisible: visible, loginFlow: flow, maxAgeMs, current, versions } = row;
  return {
    name: row.name,
    ...statusOf(row),
    ...(url !== null && visible !== null && { check: { url, visible } }),
    ...(flow !== null && { login: { flow } }),
    ...(maxAgeMs !== null && { maxAgeMs }),
    passkeys: row.passkeys,
    note: row.note,
    ...(current !== null && { current }),
    versions: versions.map(({ isTooOld: _, savedAt, ...version }) => ({
      ...version,
      savedAt: new Date(savedAt).toISOString(),
    })),
    ...(row.checkedAt && { checkedAt: row.checkedAt.toISOString() }),
    updatedAt: row.updatedAt.toISOString(),
    ...(row.updatedByEmail !== null && { updatedBy: row.updatedByEmail }),
  };
}

function statusOf({ current, versions, staleWhy }: ProfileRow): Pick<Profile, 'status' | 'staleWhy'> {
  const used = versions.find(({ version }) => version === current);
  if (!used) return { status: 'empty' };
  if (used.isTooOld) return { status: 'stale', staleWhy: 'too_old' };
  return staleWhy === null ? { status: 'fresh' } : { status: 'stale', staleWhy };
}
