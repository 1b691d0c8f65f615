import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { readWrittenSecrets } from '#shared/adapters/database/run-views/written-secrets.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { passwordsOf } from '#shared/domain/flow/secrets.ts';

/** How many flows are looked through at a time: each may be as big as a request. */
const RUNS_AT_ONCE = 100;
const SECRETS_AT_ONCE = 50;

/**
 * The reason of a cancel without its author's own secrets (I10), the same for all runs and the job. Secrets of others
 * are not looked at, or the answer would reveal whether a text of the caller's choice occurs in them.
 */
export async function redactReason(
  sql: Sql,
  reason: string,
  { runIds, writerId }: { runIds: string[]; writerId: string },
): Promise<string> {
  const collector = collectShown(reason);
  try {
    await includeAll(sql, collector, { runIds, writerId, longest: reason.length });
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) throw error;
    return REDACTED; // A flow that cannot be read may keep anything secret.
  }
  return collector.redacted();
}

async function includeAll(
  sql: Sql,
  collector: ReturnType<typeof collectShown>,
  { runIds, writerId, longest }: { runIds: string[]; writerId: string; longest: number },
): Promise<void> {
  for (let from = 0; from < runIds.length; from += RUNS_AT_ONCE) {
    const ids = runIds.slice(from, from + RUNS_AT_ONCE);
    const { values, urls } = await readWrittenSecrets(sql, ids, { writerId, longest });
    await collector.include([...values, ...urls.flatMap(passwordsOf)]);
  }
}

/** Keeps of the secrets only what the reason shows, then redacts all of it at once: they may overlap. */
export function collectShown(reason: string) {
  const shown = new Set<string>();
  const shows = async (secrets: string[]) => (await createRedactor(secrets)(reason)) !== reason;
  return {
    async include(secrets: string[]): Promise<void> {
      for (let from = 0; from < secrets.length; from += SECRETS_AT_ONCE) {
        const some = secrets.slice(from, from + SECRETS_AT_ONCE);
        if (!(await shows(some))) continue;
        for (const secret of some) if (await shows([secret])) shown.add(secret);
      }
    },
    redacted: (): Promise<string> => createRedactor([...shown])(reason),
  };
}
