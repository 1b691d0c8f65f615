/*
 * Seals anew with the first key what older ones have sealed, while this runner has no run. Owns no row: the second of two
 * runners finds it changed. What does not open stays as it is, for `ghostly keys check`.
 */
import { replaceSeal, type StoredSeal, sealedWith } from '#shared/adapters/database/secrets/seals.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import { type Loop, startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { ServiceContext } from '#shared/platform/process/service.ts';
import { type PrivateKeys, readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, seal } from '#shared/platform/seal/seal.ts';
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

async function resealAll(deps: ResealDeps, kid: string): Promise<void> {
  const { sql, isIdle, stopping, log } = deps;
  let [done, failed] = [0, 0];
  for (let after: string | undefined; isIdle() && !stopping.aborted; ) {
    const page = await sealedWith(sql, { kid, after, limit: PAGE });
    for (const stored of page) {
      if (!isIdle() || stopping.aborted) break;
      after = stored.id;
      if (await reseal(deps, stored)) done += 1;
      else failed += 1;
    }
    if (page.length < PAGE) break;
  }
  if (done > 0) log.info({ from: kid, count: done }, 'sealed secrets anew with the newest key');
  if (failed > 0) log.warn({ from: kid, count: failed }, 'secrets do not open, or were changed meanwhile');
}

async function reseal({ sql, keys }: ResealDeps, stored: StoredSeal): Promise<boolean> {
  const { projectId: p, kind: k, name: n, version: v, sealed } = stored;
  const place = { p, k, n, v };
  const value = await open(keys, place, sealed).catch(() => undefined);
  if (value === undefined) return false;
  return replaceSeal(sql, stored, { sealed: await seal(keys, place, value), kid: keys.first.kid });
}
