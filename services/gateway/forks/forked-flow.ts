import type { RepeatableRun } from '#shared/adapters/database/run-views/repeat.ts';
import type { ForkBody } from '#shared/api/contract/forks/forks.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import type { FoundIssue } from '../http/input.ts';
import { repeatedBody, valueIssues } from '../runs/repeat-flow.ts';
import { withOwnSecrets } from '../runs/shown-flow.ts';

/** The body that begins a run at a step of another one, still to be validated: the steps before are those of that run. */
export async function forkedBody(
  source: RepeatableRun,
  { fromStep, values, ...given }: ForkBody,
  callerId: string,
): Promise<Fields> {
  const { inputs, steps } = await withOwnSecrets(source, given, callerId);
  const repeated = repeatedBody(source, { values, ...(inputs !== undefined && { inputs }) });
  // It would cancel the original; and how it is logged in, it has with the page.
  const { cancelPrevious: _, profile: __, ...body } = repeated;
  if (!Array.isArray(steps)) return body;
  const done = Array.isArray(body.steps) ? body.steps.slice(0, fromStep) : [];
  return { ...body, steps: [...done, ...steps] };
}

/** What is wrong with it: a step that there is not, or secrets that another user wrote, of steps that it keeps. */
export async function forkIssues(
  source: RepeatableRun,
  { fromStep, steps, inputs, values }: ForkBody,
  callerId: string,
): Promise<FoundIssue[]> {
  const all = source.plan.steps ?? [];
  const last = steps ? all.length : all.length - 1;
  if (fromStep > last) return [{ path: ['fromStep'], message: 'no_such_step' }];
  const kept = steps ? { ...source, plan: { ...source.plan, steps: all.slice(0, fromStep) } } : source;
  return valueIssues(kept, { values, ...(inputs !== undefined && { inputs }) }, callerId);
}
