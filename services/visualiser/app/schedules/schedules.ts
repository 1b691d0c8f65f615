/* The schedules of a project, as their page sees them. Owns nothing. */
import type { CallReply, CallRequest } from '#shared/api/client/index.ts';
import type { Schedule, ScheduleInput } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { client } from '../session/session.ts';

export type AskedPattern = CallRequest<'previewSchedule'>['body'];
export type PreviewTime = CallReply<'previewSchedule'>['times'][number];

/** Which schedule of which project. */
export interface NamedSchedule {
  id: string;
  name: string;
}

/** The first ones by name, page by page. @throws ApiError, GatewayError, as all of these */
export async function readSchedules(id: string, limit: number, signal: AbortSignal): Promise<Schedule[]> {
  const found: Schedule[] = [];
  for (;;) {
    const size = Math.min(limit - found.length, SCHEDULE_LIMITS.page);
    const after = found.at(-1)?.name;
    const query = { limit: size, ...(after !== undefined && { after }) };
    const page = await client.value.call('listSchedules', { params: { id }, query }, { signal });
    found.push(...page);
    if (page.length < size || found.length >= limit) return found;
  }
}

/** `base`: the version that was edited; undefined: there is to be none of this name yet. */
export const storeSchedule = (
  params: NamedSchedule,
  body: ScheduleInput,
  base: number | undefined,
): Promise<Schedule> =>
  client.value.call('putSchedule', {
    params,
    body,
    headers: base === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${base}"` },
  });

export const removeSchedule = (params: NamedSchedule): Promise<unknown> =>
  client.value.call('deleteSchedule', { params });

export const holdSchedule = (params: NamedSchedule, reason: string): Promise<unknown> =>
  client.value.call('pauseSchedule', { params, body: reason === '' ? {} : { reason } });

export const releaseSchedule = (params: NamedSchedule): Promise<unknown> =>
  client.value.call('resumeSchedule', { params });

/** Starts a run of it now. Resolves to its id. */
export async function startScheduled(params: NamedSchedule): Promise<string> {
  const { id } = await client.value.call('triggerSchedule', { params });
  return id;
}

/** When such a pattern is due. */
export const readPreview = async (body: AskedPattern, signal: AbortSignal): Promise<PreviewTime[]> =>
  (await client.value.call('previewSchedule', { body }, { signal })).times;
