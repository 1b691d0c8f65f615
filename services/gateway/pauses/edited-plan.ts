import { readRepeatable } from '#shared/adapters/database/run-views/repeat.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { replacedFrom, withLogin } from '#shared/domain/flow/executed-steps.ts';
import { asksPassword, hasMarkedValues, secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import { type Actor, may } from '../access/policy.ts';
import { RequestError } from '../http/errors.ts';
import { invalid, validate } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { withInputs } from '../runs/check-inputs.ts';
import { repeatedBody } from '../runs/repeat-flow.ts';
import { withOwnSecrets } from '../runs/shown-flow.ts';
import { vaultCheck } from '../runs/vault-check.ts';

interface Edit {
  runId: string;
  /** Index of the first of the steps. */
  from: number;
  steps: Step[];
  actor: Actor;
  language: AnswerLanguage;
}

/**
 * A run's flow with other steps from there on, checked with all of it as at a start. Only who has started the run gives it
 * others: it acts with what the page knows of them (I10). @throws RequestError
 */
export async function editedPlan(
  sql: Sql,
  { runId, from: wanted, steps, actor, language }: Edit,
): Promise<{ from: number; plan: unknown }> {
  const source = await readRepeatable(sql, runId);
  if (!source) throw new RequestError('not_found');
  if (source.userId !== actor.userId) throw new RequestError('forbidden');
  const { plan } = source;
  // It acts with the login that its page has.
  if (plan.profile && may(actor, 'secrets:use') !== 'allowed') throw new RequestError('forbidden');
  const before = withLogin(plan);
  // After the last step that was posted there may be the check of a victory.
  const from = Math.min(wanted, before.steps.length);
  const own = await withOwnSecrets({ ...source, plan: before }, { steps }, actor.userId, from);
  const edited = replacedFrom(plan, from, own.steps as Step[]);
  const body = validate(startBody, repeatedBody(source, { steps: edited.steps }), language);
  const flow = withInputs(body, language);
  const after = withLogin({ ...flow, login: edited.login });
  const message = secretIssue(before, after);
  if (message) throw invalid([{ path: ['steps'], message }], language);
  await vaultCheck(flow, actor, source.projectId, language)?.(sql);
  return { from, plan: { ...plan, login: edited.login, steps: flow.steps } };
}

/** What hides secrets from pictures was decided when its page was opened, and what was secret stays so. */
function secretIssue(
  before: Parameters<typeof secretsOf>[0],
  after: Parameters<typeof secretsOf>[0],
): 'new_secret' | 'secret_uncovered' | undefined {
  const isNew = [hasMarkedValues, asksPassword, namesVault].some((has) => has(after) && !has(before));
  if (isNew) return 'new_secret';
  const [secret, shown] = [new Set(secretsOf(after)), JSON.stringify(after)];
  const removed = secretsOf(before).filter((value) => !secret.has(value));
  return removed.some((value) => shown.includes(JSON.stringify(value).slice(1, -1)))
    ? 'secret_uncovered'
    : undefined;
}

const namesVault = (flow: Parameters<typeof vaultReferencesOf>[0]): boolean =>
  vaultReferencesOf(flow).length > 0;
