import type { RequestEntry } from '../history.ts';
import { type Facts, ms, type Rule, type RunFacts, type Violation, violation } from './facts.ts';

/** The database's clock is this machine's, and one of the two is read in whole ms. */
const MOMENT_MS = 1;

/** I3: what was answered to a cancel came true; what was not answered happened wholly or not at all. */
export const answeredCancels: Rule = (facts) => [
  ...[...facts.runs.values()].flatMap((run) => [
    ...run.requests.filter(({ op }) => op === 'cancel').flatMap((request) => judgeCancel(run, request)),
    ...recorded(run),
    ...unasked(facts, run),
  ]),
  ...facts.requests.filter(({ op }) => op === 'bulk').flatMap((request) => judgeBulk(facts, request)),
];

function judgeCancel({ row, events }: RunFacts, request: RequestEntry): Violation[] {
  const { status, body, got } = request;
  const say = (what: string) => [violation('I3', what, row.id, request, row)];
  const wasFinal = row.finished_at !== null && ms(row.finished_at) <= got + MOMENT_MS;
  if (status === 409) return wasFinal ? [] : say('409 for a run that was not final');
  if (status !== 200) return [];
  const end = events.findLast(({ type }) => type === 'run_end')?.payload;
  if (row.status !== 'fail' || !row.cancelled || end?.cancelled !== true || row.cancel_requested_at === null)
    return say('200, and the run did not end as cancelled');
  const { status: answer, stale } = body as { status: string; stale?: boolean };
  return answer === 'cancelled' && !(stale && row.stale && wasFinal)
    ? say('"cancelled" for a run that was not stale')
    : [];
}

/** Every party that recorded it, and every party that heard of it. */
function recorded({ row }: RunFacts): Violation[] {
  if (row.cancel_requested_at === null || (row.status === 'fail' && row.cancelled)) return [];
  return [violation('I3', 'a recorded cancel did not come true', row.id, row)];
}

/** Nothing is cancelled in a user's name that none asked for; a dry run asks for nothing. */
function unasked(facts: Facts, { row, requests }: RunFacts): Violation[] {
  if (row.cancel_by !== 'user') return [];
  const asked =
    requests.some(({ op }) => op === 'cancel') ||
    facts.requests.some(({ op, runs }) => op === 'bulk' && runs.includes(row.id)) ||
    row.concurrency_key !== null;
  return asked ? [] : [violation('I3', 'cancelled, and nobody had asked for it', row.id, row, ...requests)];
}

function judgeBulk(facts: Facts, request: RequestEntry): Violation[] {
  if (request.status !== 202) return [];
  const own = facts.setting.users.find(({ name }) => name === request.user)?.id;
  return request.runs.flatMap((id) => {
    const row = facts.runs.get(id)?.row;
    if (!row) return [violation('I5', 'a run that was named is not there', id, request)];
    if (row.user_id !== own) return [];
    const wasFinal = row.finished_at !== null && ms(row.finished_at) <= request.got + MOMENT_MS;
    return row.cancelled || wasFinal
      ? []
      : [violation('I3', 'a bulk cancel was accepted and left it out', id, request, row)];
  });
}
