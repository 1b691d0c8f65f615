/* Which of the stored secrets would open with the keys of the vault, before a runner finds out. */
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { EXIT } from '../exit.ts';
import { DatabaseError } from '../up/database-error.ts';
import { homeOf } from '../up/home/home.ts';
import { loadSecrets } from '../up/home/secrets.ts';
import { readUpFile } from '../up/home/up-file.ts';
import { plainJson, plainText } from '../view/plain-text.ts';

/** What a key opens. */
interface KeyReport {
  /** Its thumbprint. */
  kid: string;
  /** `seals`: the first of the keys. `opens`: another of them. `missing`: none of them. */
  state: 'seals' | 'opens' | 'missing';
  /** How many values it has sealed. */
  count: number;
}

/** A value that would not open. */
interface Closed {
  project: string;
  name: string;
  why: string;
}

const PAGE = 200;
/** So many are named. */
const MOST_NAMED = 1_000;

/** Says what each key opens; 1 if something would not open. `tries`: opens every value. */
export async function checkKeys(
  context: CommandContext,
  { tries, json }: { tries: boolean; json: boolean },
): Promise<number> {
  const { databaseUrl, sealKey } = await readAddress(context);
  const { readPrivateKeys } = await import('#shared/platform/seal/keys.ts');
  const keys = await readPrivateKeys(sealKey).catch((cause: unknown) => {
    throw new UsageError(`GHOSTLY_SEAL_KEY: ${cause instanceof Error ? cause.message : 'cannot be used'}`);
  });
  const { openStatements } = await import('#shared/adapters/database/open-statements.ts');
  try {
    await using statements = openStatements({ url: databaseUrl, applicationName: 'ghostly-keys' });
    const reports = await reportKeys(statements.sql, keys);
    const closed = await findClosed(statements.sql, keys, { reports, tries });
    if (json) context.out(plainJson({ keys: reports, closed }));
    else tell(context, reports, closed);
    return closed.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    throw DatabaseError.from(error);
  }
}

/** Those of the environment, as services have them; otherwise those of the stack of `GHOSTLY_HOME`. @throws UsageError */
async function readAddress({ env, cwd }: CommandContext): Promise<{ databaseUrl: string; sealKey: string }> {
  const home = homeOf(env, cwd);
  const up = await readUpFile(home.upFile);
  const databaseUrl = env.DATABASE_SESSION_URL || env.DATABASE_URL || up?.database;
  if (!databaseUrl) throw new UsageError('DATABASE_URL is not set, and no stack is running here');
  const sealKey = env.GHOSTLY_SEAL_KEY || (up && (await loadSecrets(home)).secrets.sealKey);
  if (!sealKey) throw new UsageError('GHOSTLY_SEAL_KEY is not set');
  return { databaseUrl, sealKey };
}

async function reportKeys(sql: Statements, keys: PrivateKeys): Promise<KeyReport[]> {
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

/** The values of missing keys; with `tries` also those that do not open although their key is there. */
async function findClosed(
  sql: Statements,
  keys: PrivateKeys,
  { reports, tries }: { reports: KeyReport[]; tries: boolean },
): Promise<Closed[]> {
  const { sealedWith } = await import('#shared/adapters/database/secrets/seals.ts');
  const { open } = await import('#shared/platform/seal/seal.ts');
  const closed: Closed[] = [];
  for (const { kid, state, count } of reports) {
    if (count === 0 || (state !== 'missing' && !tries)) continue;
    for (let after: string | undefined; closed.length < MOST_NAMED; ) {
      const page = await sealedWith(sql, { kid, after, limit: PAGE });
      for (const { projectId: p, kind: k, name: n, version: v, sealed } of page)
        await open(keys, { p, k, n, v }, sealed).catch((error: unknown) => {
          closed.push({ project: p, name: n, why: error instanceof Error ? error.message : String(error) });
        });
      after = page.at(-1)?.id;
      if (page.length < PAGE) break;
    }
  }
  return closed;
}

const WORDS = {
  seals: 'seals, and opens',
  opens: 'opens',
  missing: 'is missing, and would open',
} satisfies Record<KeyReport['state'], string>;

function tell({ out, err }: CommandContext, reports: KeyReport[], closed: Closed[]): void {
  for (const { kid, state, count } of reports) out(`${kid} ${WORDS[state]} ${count}`);
  if (closed.length === 0) err('every secret would open');
  else err(`${closed.length === MOST_NAMED ? 'at least ' : ''}${closed.length} would not open:`);
  for (const { project, name, why } of closed) err(`  ${plainText(name)} of project ${project}: ${why}`);
}
