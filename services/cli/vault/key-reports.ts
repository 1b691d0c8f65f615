import type { CommandContext } from '../command.ts';
import type { VaultAccess } from './with-vault.ts';

/** What a key opens. */
export interface KeyReport {
  /** Its thumbprint. */
  kid: string;
  /** `seals`: the first of the keys. `opens`: another of them. `missing`: none of them. */
  state: 'seals' | 'opens' | 'missing';
  /** How many values it has sealed. */
  count: number;
}

/** Those of all keys that are given, or have sealed something. */
export async function reportKeys({ sql, keys }: VaultAccess): Promise<KeyReport[]> {
  const { countByKey } = await import('#shared/adapters/database/secrets/seals.ts');
  const counts = new Map((await countByKey(sql)).map(({ kid, count }) => [kid, count]));
  const stateOf = (kid: string) =>
    kid === keys.first.kid ? 'seals' : keys.all.has(kid) ? 'opens' : 'missing';
  return [...new Set([...keys.all.keys(), ...counts.keys()])].map((kid) => ({
    kid,
    state: stateOf(kid),
    count: counts.get(kid) ?? 0,
  }));
}

const WORDS = {
  seals: 'seals, and opens',
  opens: 'opens',
  missing: 'is missing, and would open',
} satisfies Record<KeyReport['state'], string>;

export function showReports({ out }: Pick<CommandContext, 'out'>, reports: readonly KeyReport[]): void {
  for (const { kid, state, count } of reports) out(`${kid} ${WORDS[state]} ${count}`);
}
