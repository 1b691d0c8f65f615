import type { RepeatableRun } from '#shared/adapters/database/run-views/repeat.ts';
import type { ForkBody } from '#shared/api/contract/forks/forks.ts';
import { replacedFrom, withLogin } from '#shared/domain/flow/executed-steps.ts';
import { isExclusive, type ProfileUse } from '#shared/domain/flow/profile.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import type { FoundIssue } from '../http/input.ts';
import { repeatedBody, valueIssues } from '../runs/repeat-flow.ts';
import { withOwnSecrets } from '../runs/shown-flow.ts';

/** The body that begins a run at a step of another one, still to be validated, and what of its login comes before. */
export async function forkedBody(
  source: RepeatableRun,
  { fromStep, values, ...given }: ForkBody,
  callerId: string,
): Promise<{ body: Fields; login: Step[] }> {
  const { inputs, steps } = await withOwnSecrets(source, given, callerId);
  const repeated = repeatedBody(source, { values, ...(inputs !== undefined && { inputs }) });
  // It would cancel the original.
  const { cancelPrevious: _, ...rest } = repeated;
  const body: Fields = { ...rest, ...profileOfFork(source.plan) };
  const { login = [] } = source.plan;
  if (!Array.isArray(steps)) return { body, login };
  const forked = replacedFrom({ login, steps: body.steps as Step[] }, fromStep, steps as Step[]);
  return { body: { ...body, steps: forked.steps }, login: forked.login };
}

/** It is logged in with its page, and saves nothing; but it is where the runs are that have the profile. */
function profileOfFork({ profile }: RepeatableRun['plan']): { profile?: ProfileUse } {
  if (!profile) return {};
  const lock = isExclusive(profile) ? 'exclusive' : 'shared';
  return { profile: { ...profile, save: 'never', ifStale: 'fail', lock } };
}

/** What is wrong with it: a step that there is not, or secrets that another user wrote, of steps that it keeps. */
export async function forkIssues(
  source: RepeatableRun,
  { fromStep, steps, inputs, values }: ForkBody,
  callerId: string,
): Promise<FoundIssue[]> {
  const { plan } = source;
  const all = withLogin(plan).steps.length;
  const last = steps ? all : all - 1;
  if (fromStep > last) return [{ path: ['fromStep'], message: 'no_such_step' }];
  const kept = steps ? { ...source, plan: { ...plan, ...replacedFrom(plan, fromStep, []) } } : source;
  return valueIssues(kept, { values, ...(inputs !== undefined && { inputs }) }, callerId);
}
