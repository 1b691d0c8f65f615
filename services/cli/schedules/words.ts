/* What is said of schedules and their occurrences, in English. */
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import type {
  CatchUpMode,
  DstRule,
  OccurrenceKind,
  OccurrenceStatus,
  Overlap,
} from '#shared/domain/schedule/rules.ts';
import { formatRoughAge } from '#shared/domain/words/duration.ts';
import { plainText } from '../view/plain-text.ts';

export const OVERLAP_WORDS: Record<Overlap, string> = {
  skip: 'a time is left out while an earlier run goes on',
  queue_one: 'a run waits for the earlier one, unless another waits already',
  queue_all: 'each run waits for the earlier ones',
  cancel_previous: 'the earlier runs are cancelled first',
  allow: 'runs go on beside each other',
};

export const CATCH_UP_WORDS: Record<CatchUpMode, string> = {
  none: 'missed times are left out',
  last: 'the last missed time is made up for',
  all: 'all missed times are made up for',
};

export const DST_WORDS: Record<DstRule, string> = {
  after_gap: 'a time that the clock skips is due right after',
  skip: 'a time that the clock skips is left out',
};

export const KIND_WORDS: Record<OccurrenceKind, string> = {
  cron: 'pattern',
  catch_up: 'made up for',
  manual: 'asked for',
  backfill: 'backfill',
};

/** Why an occurrence has no run, where the gateway gives no reason; empty for one that has, or may come to have one. */
const WHY: Record<OccurrenceStatus, string> = {
  due: '',
  started: '',
  skipped_overlap: 'an earlier run had not ended',
  skipped_catch_up: 'it was missed, and not made up for',
  skipped_paused: 'the schedule was paused',
  dst_gap: 'the clock skipped it',
  failed_to_start: 'it could not be started',
};

export const whyNotStarted = ({ status, reason }: Occurrence): string => plainText(reason ?? WHY[status]);

/** `in 9 h`, `14 min ago`; times in ISO 8601 and epoch ms. */
export function fromNow(time: string, now: number): string {
  const ms = Date.parse(time) - now;
  return ms > 0 ? `in ${formatRoughAge(ms)}` : `${formatRoughAge(-ms)} ago`;
}

/** What became of an occurrence, and when, in one cell. */
export function occurrenceFate(occurrence: Occurrence, now: number): string {
  const { status, outcome, nominalAt, startedAt = nominalAt } = occurrence;
  if (status === 'due') return 'is about to start';
  if (status === 'started') return `${outcome ?? 'started'} ${fromNow(startedAt, now)}`;
  const what = status === 'failed_to_start' ? 'not started' : 'left out';
  return `${what} ${fromNow(nominalAt, now)}: ${whyNotStarted(occurrence)}`;
}

/** Whether it goes on, and if it does not, why. */
export function scheduleState({ paused, next, failures }: Schedule): string {
  const failed = failures === 1 ? 'its last run failed' : `its last ${failures} runs failed`;
  if (paused === undefined) {
    if (next.length === 0) return 'over';
    return failures === 0 ? 'active' : `active; ${failed}`;
  }
  const { why, by } = paused;
  const cause = { user: '', failures: failed, rights: 'its maker may not start runs here any more' }[why];
  const reason = plainText(paused.reason ?? cause);
  if (by === undefined) return `paused: ${reason || 'by a user who was deleted'}`;
  return `paused by ${plainText(by)}${reason && `: ${reason}`}`;
}
