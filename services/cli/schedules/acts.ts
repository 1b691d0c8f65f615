/*
 * What the actions of `ghostly schedules` do. Each first reads what is given, and then returns what it does with a gateway:
 * wrong arguments are found without one.
 */
import { ApiError, type Client } from '#shared/api/client/index.ts';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { DST_RULES, OCCURRENCE_STATUSES, OVERLAPS } from '#shared/domain/schedule/rules.ts';
import { type CommandContext, parseWholeNumber, UsageError } from '../command.ts';
import { pastTime } from '../duration-option.ts';
import { EXIT } from '../exit.ts';
import { FlowError } from '../flow/flow-file.ts';
import { showStarted } from '../flow/show-started.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';
import type { ScheduleValues } from './options.ts';
import { putBody } from './put-body.ts';
import { occurrenceTable, scheduleTable } from './schedule-table.ts';
import { backfillLines, nextLines, previewLines, scheduleLines } from './schedule-text.ts';
import { fromNow } from './words.ts';
import { zoneTimeWithOffset } from './zone-time.ts';

/** A project at a gateway, and where its answers go. */
interface SchedulePlace {
  context: CommandContext;
  client: Client;
  /** The id of the project. */
  project: string;
}
/** Resolves to the exit code. */
type Act = (place: SchedulePlace) => Promise<number>;
type Prepare = (values: ScheduleValues, cwd: string, name: string, file?: string) => Act | Promise<Act>;

const { page: PAGE } = SCHEDULE_LIMITS;
const MOST_OCCURRENCES = 1_000;

const signalOf = ({ context }: SchedulePlace) => ({ signal: context.outClosed });
const paramsOf = ({ project: id }: SchedulePlace, name: string) => ({ params: { id, name } });
const terminalIn = ({ context: { env } }: SchedulePlace) => {
  const { colour, width } = terminalOf(env, process.stdout);
  return { palette: createPalette(colour), width };
};

/** Prints an answer as JSON, or what its lines are. */
function say(
  { context: { out } }: SchedulePlace,
  json: boolean,
  answer: unknown,
  lines: () => string[],
): number {
  for (const line of json ? [plainJson(answer)] : lines()) out(line);
  return EXIT.done;
}

/** All pages, each after the last item of the one before. */
async function readPages<Item>(
  read: (last: Item | undefined) => Promise<Item[]>,
  most = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const page = await read(items.at(-1));
    items.push(...page);
    if (page.length < PAGE || items.length >= most) return items.slice(0, most);
  }
}

const readSchedule = (place: SchedulePlace, name: string): Promise<Schedule> =>
  place.client.call('readSchedule', paramsOf(place, name), signalOf(place));

/** The keys are the names of the actions. */
export const SCHEDULE_ACTIONS: Readonly<Record<string, Prepare>> = {
  list:
    ({ json }) =>
    async (place) => {
      const params = { id: place.project };
      const schedules = await readPages<Schedule>((last) =>
        place.client.call(
          'listSchedules',
          { params, query: { limit: PAGE, after: last?.name } },
          signalOf(place),
        ),
      );
      const { palette, width } = terminalIn(place);
      return say(place, json, schedules, () =>
        schedules.length === 0 ? ['no schedules'] : scheduleTable(schedules, palette, Date.now(), width),
      );
    },

  show:
    ({ json }, _, name) =>
    async (place) => {
      const schedule = await readSchedule(place, name);
      return say(place, json, schedule, () => scheduleLines(schedule, terminalIn(place).palette, Date.now()));
    },

  async put(values, cwd, name, file) {
    const body = await putBody(values, file, cwd);
    return async (place) => {
      const put = await place.client.call('putSchedule', { ...paramsOf(place, name), body }, signalOf(place));
      const what = put.version === 1 ? `made ${name}` : `changed ${name}, version ${put.version}`;
      return say(place, values.json, put, () => [what, ...nextLines(put, Date.now())]);
    };
  },

  pause:
    ({ json, reason }, _, name) =>
    async (place) => {
      const body = { ...(reason !== undefined && { reason }) };
      const paused = await place.client.call(
        'pauseSchedule',
        { ...paramsOf(place, name), body },
        signalOf(place),
      );
      return say(place, json, paused, () => [`paused ${name}: its times are left out until it is resumed`]);
    },

  resume:
    ({ json }, _, name) =>
    async (place) => {
      const resumed = await place.client.call('resumeSchedule', paramsOf(place, name), signalOf(place));
      const { next, timezone } = resumed;
      const then =
        next[0] && `, next ${zoneTimeWithOffset(next[0], timezone)}, ${fromNow(next[0], Date.now())}`;
      return say(place, json, resumed, () => [`${name} goes on${then ?? ''}`]);
    },

  trigger:
    ({ json, watch, 'idempotency-key': key }, _, name) =>
    async (place) => {
      const request = { ...paramsOf(place, name), headers: { 'idempotency-key': key } };
      const started = await place.client.call('triggerSchedule', request, signalOf(place));
      return showStarted(place.client, started, { context: place.context, watch, json });
    },

  backfill(values, _, name) {
    const { json, from, to, 'dry-run': dryRun } = values;
    if (from === undefined || to === undefined) throw new UsageError('backfill needs --from and --to');
    const overlap = OVERLAPS.find((known) => known === values.overlap);
    const now = Date.now();
    const between = { from: pastTime('--from', from, now), to: pastTime('--to', to, now) };
    const body = { ...between, dryRun, ...(overlap && { overlap }) };
    return async (place) => {
      const { timezone } = await readSchedule(place, name);
      const answer = await place.client.call(
        'backfillSchedule',
        { ...paramsOf(place, name), body },
        signalOf(place),
      );
      return say(place, json, answer, () => backfillLines(answer, timezone, dryRun));
    };
  },

  delete:
    ({ json }, _, name) =>
    async (place) => {
      const answer = await place.client.call('deleteSchedule', paramsOf(place, name), signalOf(place));
      return say(place, json, answer, () => [`deleted ${name}`]);
    },

  occurrences(values, _, name) {
    const { json, limit = '50' } = values;
    const most = parseWholeNumber('--limit', limit, 1, MOST_OCCURRENCES);
    const status = OCCURRENCE_STATUSES.find((known) => known === values.status);
    return async (place) => {
      const { timezone } = await readSchedule(place, name);
      const found = await readPages<Occurrence>((last) => {
        const query = { status, limit: PAGE, before: last?.nominalAt };
        return place.client.call('listOccurrences', { ...paramsOf(place, name), query }, signalOf(place));
      }, most);
      return say(place, json, found, () =>
        found.length === 0
          ? ['no matching occurrences']
          : occurrenceTable(found, timezone, terminalIn(place).palette),
      );
    };
  },

  preview(values, _, cron) {
    const { json, timezone = 'UTC', from, count = '5' } = values;
    const dst = DST_RULES.find((known) => known === values.dst);
    const body = {
      cron,
      timezone,
      count: parseWholeNumber('--count', count, 1, SCHEDULE_LIMITS.preview),
      ...(dst && { dst }),
      ...(from !== undefined && { from: pastTime('--from', from, Date.now()) }),
    };
    return async (place) => {
      const answer = await place.client.call('previewSchedule', { body }, signalOf(place));
      return say(place, json, answer, () => previewLines(answer, timezone, Date.now()));
    };
  },
};

/** Names each field that the gateway refuses. @throws FlowError, or the error unchanged if it names none */
export function explainRefusal(error: unknown): never {
  const { issues = [] } = (error instanceof ApiError && error.body.details) || {};
  if (issues.length === 0) throw error;
  throw new FlowError(
    'the gateway refuses this:',
    issues.map(({ path, message }) => ({ path: path || 'schedule', message })),
  );
}
