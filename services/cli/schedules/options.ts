import type { parseArgs } from 'node:util';
import { SCHEDULE_LIMITS } from '#shared/api/limits.ts';
import { CATCH_UP_MODES, DST_RULES, OCCURRENCE_STATUSES, OVERLAPS } from '#shared/domain/schedule/rules.ts';
import { type OptionSpec, UsageError } from '../command.ts';
import { INPUT_OPTIONS } from '../flow/inputs.ts';

export const SCHEDULE_OPTIONS = {
  project: { type: 'string', value: 'P', help: 'id or label (default: your oldest project)' },
  cron: { type: 'string', value: 'PATTERN', help: 'when a schedule is due that is put' },
  timezone: {
    type: 'string',
    value: 'ZONE',
    help: 'time zone of the pattern, e.g. Europe/Berlin (UTC); for put and preview',
  },
  dst: {
    type: 'string',
    value: 'RULE',
    choices: DST_RULES,
    help: 'a time that the clock skips is due after_gap (default), or left out by skip',
  },
  flow: { type: 'string', value: 'NAME', help: 'the named flow; NAME@3 is always its third version' },
  overlap: {
    type: 'string',
    value: 'WHAT',
    choices: OVERLAPS,
    help: `if an earlier run goes on: ${OVERLAPS.join(', ')}`,
  },
  'catch-up': {
    type: 'string',
    value: 'WHICH',
    choices: CATCH_UP_MODES,
    help: `which missed times are made up for: ${CATCH_UP_MODES.join(', ')} (last)`,
  },
  ...INPUT_OPTIONS,
  profile: { type: 'string', value: 'NAME', help: 'its runs begin logged in, by this login profile' },
  reason: { type: 'string', help: 'why it is paused; not secret' },
  watch: { type: 'boolean', short: 'w', default: false, help: 'with trigger: show each step as it ends' },
  'idempotency-key': {
    type: 'string',
    value: 'KEY',
    help: 'trigger only once with the same key, within 24 hours',
  },
  from: { type: 'string', value: 'TIME', help: 'first time of a backfill or preview, e.g. 7d or 2026-11-25' },
  to: { type: 'string', value: 'TIME', help: 'where a backfill ends: the first time that it leaves out' },
  'dry-run': { type: 'boolean', default: false, help: 'with backfill: only say which times these are' },
  status: {
    type: 'string',
    value: 'STATUS',
    choices: OCCURRENCE_STATUSES,
    help: 'only occurrences with this status',
  },
  limit: { type: 'string', short: 'n', value: 'N', help: 'maximum number of occurrences (50)' },
  count: {
    type: 'string',
    value: 'N',
    help: `number of times of a preview (5; at most ${SCHEDULE_LIMITS.preview})`,
  },
  json: { type: 'boolean', default: false, help: 'the answer as JSON' },
} as const satisfies Record<string, OptionSpec>;

export type ScheduleValues = ReturnType<typeof parseArgs<{ options: typeof SCHEDULE_OPTIONS }>>['values'];

/** What makes up the settings of a schedule, in place of a file. */
export const SETTING_OPTIONS = [
  'cron',
  'timezone',
  'dst',
  'flow',
  'overlap',
  'catch-up',
  'input',
  'inputs',
  'profile',
] as const;

type Name = keyof typeof SCHEDULE_OPTIONS;

/** Which options an action takes, besides --project and --json. */
const TAKES: Readonly<Record<string, readonly Name[]>> = {
  put: SETTING_OPTIONS,
  pause: ['reason'],
  trigger: ['watch', 'idempotency-key'],
  backfill: ['from', 'to', 'overlap', 'dry-run'],
  occurrences: ['status', 'limit'],
  preview: ['timezone', 'dst', 'from', 'count'],
};

/** @throws UsageError for an option that the action does not take */
export function checkPlace(action: string, values: ScheduleValues): void {
  const known: readonly string[] = ['project', 'json', ...(TAKES[action] ?? [])];
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  const misplaced = given.find(([name]) => !known.includes(name));
  if (misplaced !== undefined) throw new UsageError(`--${misplaced[0]} is not for ${action}`);
}
