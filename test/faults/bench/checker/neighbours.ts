/*
 * I13: what one user does changes nothing for another: no run is lost by it, no cancel comes late, no share gets smaller.
 */
import type { AuditRow } from '../audit.ts';
import { type Facts, isFinal, ms, type Rule, type RunFacts, violation } from './facts.ts';
import { graceBudgets } from './grace.ts';
import { type Disturbs, hitsOwner, slack, stalls, undisturbed } from './undisturbed.ts';

/** What a run says that has lost its browser, or had none. */
const BROWSER_LOST =
  /the browser (was stopped|was closed|crashed)|Chromium did not start|the browser gave no page/;
/** How long before the end of a run what has ended it may have begun, ms. */
const BEFORE_MS = 4_000;

/** I13: a run loses its browser by a fault, or by a run of its own project that would not close; by nothing else. */
export const neighboursLive: Rule = (facts) =>
  [...facts.runs.values()].flatMap((run) => {
    const { row, steps } = run;
    if (row.status !== 'fail' || row.cancelled || row.stale) return [];
    const said = [row.error, ...steps.map(({ error }) => error)].find((text) =>
      BROWSER_LOST.test(text ?? ''),
    );
    if (said === undefined) return [];
    const [from, to] = [ms(row.finished_at!) - BEFORE_MS, ms(row.finished_at!)];
    const pid = facts.runnerPids.get(row.owner ?? '');
    // A machine that stands still closes no browser.
    const hit: Disturbs = (fault) => !stalls(fault) && hitsOwner(pid)(fault);
    if (undisturbed(facts, from, to, hit) < to - from) return [];
    if (besides(facts, run).some((other) => wouldNotClose(facts, other, from, to))) return [];
    return [violation('I13', 'it lost its browser, and nothing had hit that', row.id, said, row)];
  });

/** Those of the same project that were on the same runner: they may share a browser. */
const besides = ({ runs }: Facts, { row }: RunFacts): RunFacts[] =>
  [...runs.values()].filter(
    (other) =>
      other.row.id !== row.id && other.row.owner === row.owner && other.row.project_id === row.project_id,
  );

/** When the machine moved: on a busy machine that is stored much later. */
const movedAt = ({ payload, at }: RunFacts['events'][number]): number => ms(String(payload.at ?? at));

/** Its browser had to be killed: it went to the last rung, or took all its time to settle. */
function wouldNotClose({ setting }: Facts, { row, events }: RunFacts, from: number, to: number): boolean {
  const moved = events.filter(({ type }) => type === 'transition');
  return moved.some((event, n) => {
    const { payload } = event;
    const next = moved[n + 1];
    const [began, ended] = [movedAt(event), next ? movedAt(next) : ms(row.finished_at ?? event.at)];
    if (ended < from || began > to) return false;
    return (
      payload.to === 'cancelling.killing' ||
      (payload.to === 'running.settling' && ended - began >= setting.graceMs)
    );
  });
}

/** I13: a cancel that came late, while another user's run was on the same runner. */
export const cancelsBesideOthers: Rule = (facts) =>
  graceBudgets(facts).flatMap(({ runId, what }) => {
    const run = facts.runs.get(runId!)!;
    const other = [...facts.runs.values()].find(
      (one) => one.row.user_id !== run.row.user_id && together(one, run),
    );
    return other ? [violation('I13', `beside another user's run ${what}`, runId, run.row, other.row)] : [];
  });

const together = (one: RunFacts, run: RunFacts): boolean =>
  one.row.owner !== null &&
  one.row.owner === run.row.owner &&
  ms(one.row.created_at) < ms(run.row.finished_at ?? run.row.created_at) &&
  ms(run.row.cancel_requested_at!) < ms(one.row.finished_at ?? '9999-01-01');

/** A run that has waited for so long was seen by every runner, ms. */
const SEEN_MS = 1_000;

/** I13: a user with more runs on runners than another gets no further one while one of the other's waits. */
export const sharesAreFair: Rule = (facts) => {
  const runners = new Set(facts.processes.filter(({ service }) => service === 'runner').map(({ n }) => n))
    .size;
  const running = new Map<string, number>();
  const waiting = new Map<string, { user: string; since: number }>();
  const audits = [...facts.runs.values()].flatMap(({ audit, row }) =>
    audit.map((change) => ({ change, row })),
  );
  return audits
    .toSorted((a, b) => a.change.n - b.change.n)
    .flatMap(({ change, row }) => {
      const user = row.user_id;
      const { before, after } = change;
      const [had, has] = [isHeld(before), isHeld(after)];
      const late = !had && has ? passedOver(user, change) : undefined;
      running.set(user, (running.get(user) ?? 0) + Number(has) - Number(had));
      const waits =
        !has && !isFinal(after.status) && after.cancel_requested_at === null && row.concurrency_key === null;
      if (!waits) waiting.delete(row.id);
      else if (!waiting.has(row.id)) waiting.set(row.id, { user, since: ms(change.at) });
      return late ? [violation('I13', 'a run was passed over', row.id, late, change)] : [];
    });

  /** Runners that claim at the same moment do not see what the others do. */
  function passedOver(user: string, { at }: AuditRow) {
    const mine = running.get(user) ?? 0;
    const long = slack(facts, SEEN_MS, ms(at));
    return [...waiting.values()].find(
      (other) =>
        other.user !== user && ms(at) - other.since > long && mine > (running.get(other.user) ?? 0) + runners,
    );
  }
};

const isHeld = (state: AuditRow['before']): boolean =>
  state !== null && state.owner !== null && !isFinal(state.status);
