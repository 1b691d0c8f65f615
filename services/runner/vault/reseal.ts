/*
 * Seals anew with the first key what the others have sealed, one value at a time while a slot is free, and only once every
 * runner that lives opens the result. Owns no row: a value that is given meanwhile stays, and what does not open, too.
 */
import {
  allSealedWith,
  opensEverywhere,
  replaceSeal,
  type StoredSeal,
} from '#shared/adapters/database/secrets/seals.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, SealError, seal } from '#shared/platform/seal/seal.ts';
import type { Incarnation } from '../incarnation.ts';

interface ResealDeps {
  sql: Statements;
  /** Whether a slot is free, and the runner stays. */
  isFree(): boolean;
  log: Pick<Log, 'info' | 'warn'>;
}

const EVERY_MS = 60_000;

/** Undefined if this runner has no other key than the first. */
export function startResealing(
  { sealKeys, timing }: Pick<Incarnation, 'sealKeys'> & { timing: Pick<Incarnation['timing'], 'lease'> },
  deps: ResealDeps,
  everyMs = EVERY_MS,
): Loop | undefined {
  const older = [...(sealKeys?.all.keys() ?? [])].filter((kid) => kid !== sealKeys?.first.kid);
  if (!sealKeys || older.length === 0) return undefined;
  return startLoop(
    everyMs,
    async () => {
      for (const kid of older) await resealAll(deps, { kid, keys: sealKeys, leaseMs: timing.lease });
    },
    (error) => deps.log.warn({ err: error }, 'secrets could not be sealed anew'),
  );
}

interface Renewal {
  /** That of the older key. */
  kid: string;
  keys: PrivateKeys;
  leaseMs: number;
}

async function resealAll({ sql, isFree, log }: ResealDeps, { kid, keys, leaseMs }: Renewal): Promise<void> {
  let count = 0;
  for await (const stored of allSealedWith(sql, kid)) {
    if (!isFree() || !(await opensEverywhere(sql, keys.first.kid, leaseMs))) break;
    if (await reseal(sql, keys, stored)) count += 1;
  }
  if (count > 0) log.info({ from: kid, count }, 'sealed secrets anew with the newest key');
}

/** False if it does not open, which `ghostly keys check` tells, or was changed meanwhile. */
async function reseal(sql: Statements, keys: PrivateKeys, stored: StoredSeal): Promise<boolean> {
  try {
    const value = await open(keys, stored, stored.sealed);
    return await replaceSeal(sql, stored, { sealed: await seal(keys, stored, value), kid: keys.first.kid });
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
}
