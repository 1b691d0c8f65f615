/* What is typed into the form of a schedule, as it is posted. Pure but for the form that it reads. */
import type { Schedule, ScheduleInput } from '#shared/api/contract/schedules/schedules.ts';
import { isFields } from '#shared/platform/json/fields.ts';
import { durationIn } from '../kit/inputs/duration.ts';

/**
 * All settings, since all are given each time: what the form does not ask for stays as it was. Undefined if the inputs are no
 * object of JSON.
 */
export function scheduleIn(form: FormData, before: Schedule | undefined): ScheduleInput | undefined {
  const given = (name: string) => String(form.get(name) ?? '').trim();
  const inputs = inputsIn(given('inputs'));
  if (!inputs) return undefined;
  const [version, failures] = [given('version'), given('failures')];
  const withinMs = durationIn(form, 'within');
  const { startAt, endAt } = before ?? {};
  return {
    cron: given('cron'),
    timezone: given('timezone'),
    dst: given('dst') as ScheduleInput['dst'],
    flow: { name: given('flow'), ...(version !== '' && { version: Number(version) }) },
    start: startOf(before?.start ?? {}, inputs, linesIn(given('labels'))),
    overlap: given('overlap') as ScheduleInput['overlap'],
    catchUp: {
      mode: given('catch-up') as Schedule['catchUp']['mode'],
      ...(withinMs !== undefined && { withinMs }),
    },
    windowMs: durationIn(form, 'window') ?? 0,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...(failures !== '' && { pauseAfterFailures: Number(failures) }),
    description: given('description'),
  };
}

function startOf(
  before: Schedule['start'],
  inputs: Record<string, unknown>,
  labels: string[],
): ScheduleInput['start'] {
  const { inputs: _, labels: __, ...others } = before;
  return {
    ...others,
    ...(Object.keys(inputs).length > 0 && {
      inputs: inputs as NonNullable<ScheduleInput['start']>['inputs'],
    }),
    ...(labels.length > 0 && { labels }),
  };
}

/** Nothing is no inputs; undefined if it is no object of JSON. */
function inputsIn(typed: string): Record<string, unknown> | undefined {
  if (typed === '') return {};
  try {
    const read: unknown = JSON.parse(typed);
    return isFields(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

const linesIn = (typed: string): string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The inputs and labels of a schedule as they are typed. */
export function typedStart({ inputs, labels }: Schedule['start']): { inputs: string; labels: string } {
  return {
    inputs: inputs === undefined ? '' : JSON.stringify(inputs, null, 2),
    labels: Array.isArray(labels) ? labels.join('\n') : '',
  };
}
