/*
 * The steps that log in before those of a flow: of the named flow of its profile, as it is when the run is accepted, and the
 * check of that profile. Owns no state.
 */

import { z } from 'zod';
import { type FlowBody, findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import { findProfile, type ProfileRow } from '#shared/adapters/database/profiles/profiles.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import { checkFlow, type StartBody, startBody } from '#shared/api/contract/runs/start.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { crossesOrigin } from '#shared/domain/flow/origin.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { stepTimeMs } from '#shared/domain/flow/vault.ts';
import { type Actor, may } from '../access/policy.ts';
import { RequestError } from '../http/errors.ts';
import { type FoundIssue, invalid, parseInput } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

/** Steps that pass if one is logged in. */
export const stepsOfCheck = ({ checkUrl: url, checkVisible: selector }: ProfileRow): Step[] =>
  url === null || selector === null
    ? []
    : [
        { action: 'goto', url },
        { action: 'waitForSelector', selector },
      ];

interface LoginFlow {
  body: FlowBody;
  reference: FlowReference;
}

/** The login flow of a profile, or the issue that there is none that could log in. */
export async function readLoginFlow(
  sql: Sql,
  projectId: string,
  { loginFlow: name }: ProfileRow,
): Promise<LoginFlow | FoundIssue> {
  const issue = (message: FoundIssue['message']): FoundIssue => ({ path: ['profile', 'name'], message });
  if (name === null) return issue('no_login_flow');
  const flow = await findNamedFlow(sql, { projectId, name });
  if (!flow) return issue('no_such_flow');
  if (flow.body.inputsSchema !== undefined) return issue('login_with_inputs');
  return { body: flow.body, reference: { name, version: flow.version } };
}

/**
 * What logs in before the flow of a start, if its login may be stale; none if it fails then.
 * @throws RequestError if there is no such profile, or the caller may not use it
 */
export async function loginSteps(
  sql: Sql,
  body: StartBody,
  { actor, projectId, language }: { actor: Actor; projectId: string; language: AnswerLanguage },
): Promise<Step[]> {
  const { profile: use, baseUrl } = body;
  if (!use) return [];
  if (may(actor, 'secrets:use') !== 'allowed') throw new RequestError('forbidden');
  const profile = await findProfile(sql, projectId, use.name);
  if (!profile) throw invalid([{ path: ['profile', 'name'], message: 'no_such_profile' }], language);
  if (profile.checkUrl !== null && crossesOrigin(profile.checkUrl, baseUrl))
    throw invalid([{ path: ['profile', 'name'], message: 'check_elsewhere' }], language);
  if (use.ifStale !== 'login' || !use.apply) return [];
  const login = await readLoginFlow(sql, projectId, profile);
  if ('path' in login) throw invalid([login], language);
  const read = parseInput(startBody, { ...login.body, baseUrl, project: projectId }, language);
  if ('issues' in read) throw invalid(asOfLogin(read.issues), language);
  const own = read.output.steps.map((step) => withTime(step, read.output));
  const steps = [...own, ...stepsOfCheck(profile)];
  const whole = parseInput(WHOLE, { ...body, steps: [...steps, ...body.steps] }, language);
  if ('issues' in whole) throw invalid(asOfLogin(whole.issues), language);
  return steps;
}

/** The time that its own flow gives it. */
const withTime = (step: Step, flow: Pick<StartBody, 'defaultTimeoutMs'>): Step =>
  step.action === 'ask'
    ? step
    : { ...step, timeoutMs: Math.min(stepTimeMs(step, flow), FLOW_LIMITS.maxTimeoutMs) };

/** Both are flows that are checked: what is wrong now is that they do not go together. */
const WHOLE = z.custom<StartBody>().superRefine(checkFlow);

const asOfLogin = (issues: readonly FoundIssue[]): FoundIssue[] =>
  issues.map((issue) => ({ ...issue, path: ['login', ...issue.path] }));
