/* Which of the stored secrets would open with the keys of the vault, before a runner finds out. */
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { type KeyReport, reportKeys, showReports } from './key-reports.ts';
import { type VaultAccess, withVault } from './with-vault.ts';

/** A value that would not open. */
interface Closed {
  project: string;
  name: string;
  why: string;
}

/** So many are named. */
const MOST_NAMED = 1_000;

/** Says what each key opens; 1 if something would not open. `tries`: opens every value. */
export const checkKeys = (
  context: CommandContext,
  { tries, json }: { tries: boolean; json: boolean },
): Promise<number> =>
  withVault(context, async (access) => {
    const reports = await reportKeys(access);
    const closed = await findClosed(access, { reports, tries });
    if (json) context.out(plainJson({ keys: reports, closed }));
    else tell(context, reports, closed);
    return closed.length > 0 ? EXIT.failed : EXIT.done;
  });

/** The values of missing keys; with `tries` also those that do not open although their key is there. */
async function findClosed(
  { sql, keys }: VaultAccess,
  { reports, tries }: { reports: KeyReport[]; tries: boolean },
): Promise<Closed[]> {
  const { allSealedWith } = await import('#shared/adapters/database/secrets/seals.ts');
  const { open } = await import('#shared/platform/seal/seal.ts');
  const closed: Closed[] = [];
  for (const { kid, state, count } of reports) {
    if (count === 0 || (state !== 'missing' && !tries)) continue;
    for await (const stored of allSealedWith(sql, kid)) {
      await open(keys, stored, stored.sealed).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        closed.push({ project: stored.projectId, name: stored.name, why });
      });
      if (closed.length === MOST_NAMED) return closed;
    }
  }
  return closed;
}

function tell(context: CommandContext, reports: KeyReport[], closed: Closed[]): void {
  const { err } = context;
  showReports(context, reports);
  if (closed.length === 0) err('every secret would open');
  else err(`${closed.length === MOST_NAMED ? 'at least ' : ''}${closed.length} would not open:`);
  for (const { project, name, why } of closed) err(`  ${plainText(name)} of project ${project}: ${why}`);
}
