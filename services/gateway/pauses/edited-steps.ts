import type { StoredResume } from '#shared/adapters/database/orders/orders.ts';
import { readRepeatable } from '#shared/adapters/database/run-views/repeat.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { executedSteps } from '#shared/domain/flow/executed-steps.ts';
import { asksPassword, hasMarkedValues } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { Actor } from '../access/policy.ts';
import { RequestError } from '../http/errors.ts';
import { invalid, validate } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { withInputs } from '../runs/check-inputs.ts';
import { repeatedBody } from '../runs/repeat-flow.ts';
import { stepsInput } from '../runs/run-input.ts';
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
 * The steps from there on in place of those of a run's flow, checked with all of it as at a start. Only who has started the
 * run gives it others: it acts with what the page knows of them (I10). @throws RequestError
 */
export async function editedSteps(
  sql: Sql,
  { runId, from, steps, actor, language }: Edit,
): Promise<Required<Pick<StoredResume, 'steps' | 'edited'>> & { plan: unknown }> {
  const source = await readRepeatable(sql, runId);
  if (!source) throw new RequestError('not_found');
  if (source.userId !== actor.userId) throw new RequestError('forbidden');
  const { plan: before } = source;
  const own = await withOwnSecrets(source, { steps }, actor.userId);
  const all = [...(before.steps ?? []).slice(0, from), ...(own.steps as Step[])];
  const flow = withInputs(validate(startBody, repeatedBody(source, { steps: all }), language), language);
  // What hides secrets from pictures was decided when its page was opened.
  const was = { ...before, steps: before.steps ?? [] };
  const isNew =
    (hasMarkedValues(flow) && !hasMarkedValues(was)) ||
    (asksPassword(flow) && !asksPassword(was)) ||
    (vaultReferencesOf(flow).length > 0 && vaultReferencesOf(was).length === 0);
  if (isNew) throw invalid([{ path: ['steps'], message: 'new_secret' }], language);
  await vaultCheck(flow, actor, source.projectId, language)?.(sql);
  return {
    steps: executedSteps(flow).slice(from),
    edited: { questions: undefined, ...stepsInput(flow) },
    plan: { ...before, steps: flow.steps },
  };
}
