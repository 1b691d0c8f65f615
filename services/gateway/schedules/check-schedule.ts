/* Whether a schedule can be kept: its pattern, its times, and the start that it would make now. */
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isFlowName } from '#shared/api/contract/flows/flow-name.ts';
import type { ScheduleBody } from '#shared/api/contract/schedules/schedules.ts';
import { isTimeZone, patternIssue } from '#shared/domain/schedule/pattern.ts';
import type { Overlap } from '#shared/domain/schedule/rules.ts';
import { may } from '../access/policy.ts';
import type { Call } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { type FoundIssue, invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { withInputs } from '../runs/check-inputs.ts';
import { namedStart } from '../runs/named-start.ts';
import { secretsInClear } from '../runs/secrets-in-clear.ts';
import { type Starter, withLoginSteps } from '../runs/store-flow.ts';

/** @throws RequestError with all that is wrong with its times, or with its start */
export async function checkSchedule(
  sql: Sql,
  {
    actor,
    project,
    params: { name },
    body,
  }: Pick<Call<'putSchedule'>, 'actor' | 'project' | 'params' | 'body'>,
  language: AnswerLanguage,
): Promise<void> {
  const issues: FoundIssue[] = isFlowName(name) ? [] : [{ path: ['name'], message: 'not_flow_name' }];
  issues.push(...timeIssues(body));
  const { startAt, endAt, overlap, flow, start } = body;
  if (startAt !== undefined && endAt !== undefined && Date.parse(endAt) <= Date.parse(startAt))
    issues.push({ path: ['endAt'], message: 'ends_before' });
  if (issues.length > 0) throw invalid(issues, language);
  await mayStartScheduled(sql, { flow, start, overlap }, { actor, projectId: project.id, language });
}

/** @throws RequestError if the caller could not start what the schedule does, or there is nothing that could be started */
export async function mayStartScheduled(
  sql: Sql,
  { flow, start, overlap }: { flow: ScheduleBody['flow']; start: object; overlap: Overlap },
  who: Starter,
): Promise<void> {
  if (overlap === 'cancel_previous' && may(who.actor, 'runs:cancel') !== 'allowed')
    throw new RequestError('forbidden');
  const { projectId, language } = who;
  const { body } = await scheduledStart(sql, { projectId, flow, given: start, language });
  const { check } = await withLoginSteps(sql, withInputs(body, language), who);
  await check?.(sql);
}

export const timeIssues = ({ cron, timezone }: Pick<ScheduleBody, 'cron' | 'timezone'>): FoundIssue[] => {
  const wrong = patternIssue(cron);
  return [
    ...(wrong === undefined ? [] : [{ path: ['cron'], message: wrong }]),
    ...(isTimeZone(timezone) ? [] : [{ path: ['timezone'], message: 'not_time_zone' as const }]),
  ];
};

/** The start of a schedule's flow as that is now. @throws RequestError also if it would type a secret in clear */
export async function scheduledStart(
  sql: Sql,
  { given, ...asked }: Omit<Parameters<typeof namedStart>[1], 'given'> & { given: object },
): ReturnType<typeof namedStart> {
  const { projectId: project, language } = asked;
  const made = await namedStart(sql, { ...asked, given: { ...given, project } });
  const secrets = secretsInClear(made.body);
  const issues = secrets.map(({ path, message }) => ({ path: [partOf(path), ...path], message }));
  if (issues.length > 0) throw invalid(issues, language);
  return made;
}

/** Which part of a schedule says it. */
const partOf = ([field]: (string | number)[]): 'start' | 'flow' =>
  field === 'inputs' || field === 'baseUrl' ? 'start' : 'flow';
