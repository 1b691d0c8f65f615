import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { putSecret } from '#shared/adapters/database/secrets/secrets.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { SecretKind } from '#shared/domain/flow/vault.ts';
import { newPrivateKeyText } from '#shared/platform/seal/key-text.ts';
import { readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import { createRunSecrets } from '../../../../../services/runner/browser/vault/run-secrets.ts';
import {
  createRunVault,
  type RunVault,
  type RunVaultOptions,
} from '../../../../../services/runner/browser/vault/run-vault.ts';
import { startEgress } from '../../../../../services/runner/egress/egress.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { claimByHand, queueRun } from '../../../../support/database/runs.ts';
import { startOuterProxy } from '../../../../support/servers/outer-proxy.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { type LoginSite, startLoginSite } from '../../../../support/sites/login-site.ts';
import { startSite } from '../../../../support/sites/site.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';

const KEYS = await readPrivateKeys(newPrivateKeyText());

/** A run that this process owns, in a project of its own. */
export interface OwnedRun {
  sql: Sql;
  runId: string;
  owner: string;
  epoch: number;
  userId: string;
  projectId: string;
}

export async function ownRun(sql: Sql, leaseMs = 60_000): Promise<OwnedRun> {
  const account = await createOwner(sql);
  const owner = randomUUID();
  const { id: runId } = await queueRun(sql, account);
  const { run } = await claimByHand(sql, owner, leaseMs);
  if (run.id !== runId) throw new Error('another run was waiting');
  return { sql, runId, owner, epoch: run.epoch, ...account };
}

interface GivenSecret {
  name?: string;
  kind?: SecretKind;
  origins: readonly string[];
  value?: object;
}

export const PASSWORD = 'Tr0ub4dor & 3 <ñ>';

/** Gives the project of the run a secret, sealed as a gateway seals it. */
export async function giveSecret({ sql, userId, projectId }: OwnedRun, given: GivenSecret): Promise<void> {
  const { name = 'shop', kind = 'text', origins, value = { value: PASSWORD } } = given;
  const made = await putSecret(
    sql,
    {
      projectId,
      by: { userId },
      name,
      kind,
      origins,
      note: '',
      seal: async (version) => ({
        sealed: await seal(KEYS, { projectId, kind, name, version, origins }, value),
        kid: KEYS.first.kid,
      }),
    },
    undefined,
  );
  if (typeof made === 'string') throw new Error(made);
}

/** The vault of an owned run. */
export const vaultOf = (
  { sql, runId, owner, epoch, projectId }: OwnedRun,
  flow: Flow,
  more: Partial<Pick<RunVaultOptions, 'mayAct' | 'keys' | 'epoch' | 'owner' | 'secrets'>> = {},
): RunVault =>
  createRunVault({
    runId,
    owner,
    epoch,
    projectId,
    flow,
    sql,
    keys: KEYS,
    secrets: createRunSecrets(flow),
    mayAct: () => true,
    ...more,
  });

/** The record of the openings of a run. */
export const usesOf = ({ sql, runId }: OwnedRun) =>
  sql.rows<{ name: string; origin: string; phase: string; step: number }>(
    'select name, origin, phase, step from secret_uses where run_id = $1 order by at',
    [runId],
  );

/** What the tests of typed secrets stand on. */
export interface VaultBench {
  database: Database;
  databaseUrl: string;
  site: LoginSite;
  bench: BrowserBench;
}

/** `named`: every name leads to the login site, by way of a proxy: what is asked of it is which name it was. */
export async function useVaultBench({ named = false } = {}): Promise<VaultBench> {
  const stack = new AsyncDisposableStack();
  afterAll(() => stack.disposeAsync());
  const { url: databaseUrl } = await createTestDatabase();
  const database = stack.use(connectDatabase({ url: databaseUrl, applicationName: 'vault' }));
  const site = stack.use(await startLoginSite());
  if (!named) return { database, databaseUrl, site, bench: stack.use(await createBench()) };
  const proxy = stack.use(await startOuterProxy(site.port));
  const outer = { http: proxy.url, https: undefined, not: undefined };
  const log = { info: () => undefined, warn: () => undefined };
  const egress = stack.use(await startEgress({ policy: 'any', outer, log }));
  const ground = { site: stack.use(await startSite()), egress, [Symbol.asyncDispose]: async () => undefined };
  return { database, databaseUrl, site, bench: stack.use(await createBench({}, ground)) };
}

export const fillStep = (value: string, more: object = {}) => ({
  action: 'fill',
  selector: '#password',
  value,
  ...more,
});

export type OwnerOptions = Partial<Pick<RunVaultOptions, 'mayAct' | 'keys' | 'epoch' | 'owner'>>;

/** Runs at the login site, and what it was given. */
export function typingAt({ bench, site }: VaultBench) {
  return {
    /** Does these steps as this run, one after the other. */
    async perform(run: OwnedRun, steps: object[], more: OwnerOptions = {}, signal = LIVE) {
      const flow = bench.flow([{ action: 'goto', url: '/login' }, ...steps], { baseUrl: site.url });
      const vault = vaultOf(run, flow, more);
      const browser = await bench.open(flow, { vault });
      const outcomes = [];
      try {
        for (const index of flow.steps.keys()) outcomes.push(await browser.perform(index, signal));
        const { results, title } = browser;
        return { outcomes: outcomes.slice(1), last: outcomes.at(-1)!, vault, results, title };
      } finally {
        await browser.close({ keepVideo: false, reason: 'test over' });
      }
    },
    typedSince: (before: number) => site.typed.slice(before).map(({ value }) => value),
  };
}
