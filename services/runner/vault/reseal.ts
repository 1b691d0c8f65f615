/*
 * Seals anew with the first key what older ones have sealed, while this runner has no run. Owns no row: the second of two
 * runners finds it changed. What does not open stays as it is, for `ghostly keys check`.
 */
import { randomUUID } from 'node:crypto';
import { replaceSeal, type StoredSeal, sealedWith } from '#shared/adapters/database/secrets/seals.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { type PrivateKeys, readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, originsOf, seal } from '#shared/platform/seal/seal.ts';
import type { Runner } from '../claim/runner.ts';

export interface ResealDeps {
  sql: Statements;
  keys: PrivateKeys;
  isIdle(): boolean;
  stopping: AbortSignal;
  log: Pick<Log, 'info' | 'warn'>;
}

const EVERY_MS = 60_000;
const PAGE = 20;

/** How many were sealed anew, and how many were left as they were. */
interface Resealed {
  done: number;
  left: number;
}

/** Begins once the runner takes runs, if it has more than one key; `resources` ends it. */
export async function keepSealed(
  sealKey: string | undefined,
  { sql, runner }: { sql: Statements; runner: Pick<Runner, 'busy'> },
  { log, stopping, resources }: Pick<ServiceContext, 'log' | 'stopping' | 'resources'>,
): Promise<void> {
  if (sealKey === undefined) return;
  const keys = await readPrivateKeys(sealKey);
  const loop = startResealing({ sql, keys, isIdle: () => runner.busy === 0, stopping, log });
  if (loop) resources.use(loop);
}

/** Undefined if there is only one key: then there is nothing to do. */
export function startResealing(deps: ResealDeps, everyMs = EVERY_MS): Loop | undefined {
  const older = [...deps.keys.all.keys()].filter((kid) => kid !== deps.keys.first.kid);
  if (older.length === 0) return undefined;
  return startLoop(
    everyMs,
    async () => {
      for (const kid of older) await resealAll(deps, kid);
    },
    (error) => deps.log.warn({ err: error }, 'secrets could not be sealed anew'),
  );
}

/** Begins at a place of its own, then at the first one: runners that begin at once have different ones to do. */
async function resealAll(deps: ResealDeps, kid: string): Promise<void> {
  const { log } = deps;
  const [rest, all] = [await resealFrom(deps, kid, randomUUID()), await resealFrom(deps, kid)];
  const done = rest.done + all.done;
  if (done > 0) log.info({ from: kid, count: done }, 'sealed secrets anew with the newest key');
  if (all.left > 0)
    log.warn({ from: kid, count: all.left }, 'secrets do not open, or were changed meanwhile');
}

async function resealFrom(deps: ResealDeps, kid: string, first?: string): Promise<Resealed> {
  const { sql, isIdle, stopping } = deps;
  const resealed = { done: 0, left: 0 };
  for (let after = first; isIdle() && !stopping.aborted; ) {
    const page = await sealedWith(sql, { kid, after, limit: PAGE });
    for (const stored of page) {
      if (!isIdle() || stopping.aborted) break;
      after = stored.id;
      if (await reseal(deps, stored)) resealed.done += 1;
      else resealed.left += 1;
    }
    if (page.length < PAGE) break;
  }
  return resealed;
}

async function reseal({ sql, keys }: ResealDeps, stored: StoredSeal): Promise<boolean> {
  const { projectId: p, kind: k, name: n, version: v, sealed } = stored;
  const place = { p, k, n, v };
  const value = await open(keys, place, sealed).catch(() => undefined);
  if (value === undefined) return false;
  const renewed = await seal(keys, { ...place, o: originsOf(sealed) }, value);
  return replaceSeal(sql, stored, { sealed: renewed, kid: keys.first.kid });
}
