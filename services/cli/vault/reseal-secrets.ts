/*
 * Seals anew with the first key what the others have sealed. Runners never do so: those that do not have the new key yet
 * could not open the result. Owns no row: a value that is given meanwhile stays.
 */
import { allSealedWith, replaceSeal, type StoredSeal } from '#shared/adapters/database/secrets/seals.ts';
import { open, SealError, seal } from '#shared/platform/seal/seal.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { plainJson } from '../view/plain-text.ts';
import { reportKeys, showReports } from './key-reports.ts';
import { type VaultAccess, withVault } from './with-vault.ts';

/** Says what each key opens afterwards; 1 if the first one does not open everything. */
export const resealSecrets = (context: CommandContext, { json }: { json: boolean }): Promise<number> =>
  withVault(context, async (access) => {
    const resealed = await resealAll(access);
    const keys = await reportKeys(access);
    const left = keys.reduce((sum, { state, count }) => sum + (state === 'seals' ? 0 : count), 0);
    if (json) context.out(plainJson({ resealed, left, keys }));
    else {
      showReports(context, keys);
      context.err(`sealed anew: ${resealed}; not sealed with the first key: ${left}`);
    }
    return left > 0 ? EXIT.failed : EXIT.done;
  });

async function resealAll(access: VaultAccess): Promise<number> {
  const { sql, keys } = access;
  let resealed = 0;
  for (const kid of keys.all.keys()) {
    if (kid === keys.first.kid) continue;
    for await (const stored of allSealedWith(sql, kid)) if (await reseal(access, stored)) resealed += 1;
  }
  return resealed;
}

/** False if it does not open, or was changed meanwhile. */
async function reseal({ sql, keys }: VaultAccess, stored: StoredSeal): Promise<boolean> {
  try {
    const value = await open(keys, stored, stored.sealed);
    return await replaceSeal(sql, stored, { sealed: await seal(keys, stored, value), kid: keys.first.kid });
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
