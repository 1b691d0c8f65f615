import type { AuditRow } from '../audit.ts';
import type { RequestEntry } from '../history.ts';
import { type Facts, isFinal, ms, type Rule, type Violation, violation } from './facts.ts';
import { hitsSupervisors, slack, undisturbed } from './undisturbed.ts';

const SLACK_MS = 300;

/** I5: what was accepted is there, once, and final. */
export const acceptedRunsEnd: Rule = (facts) => {
  const byTag = Map.groupBy(facts.runs.values(), ({ row }) => row.context_id);
  const starts = facts.requests.filter(({ op }) => op === 'start');
  return [
    ...starts.flatMap((request) => judgeStart(facts, request)),
    ...[...byTag].flatMap(([tag, runs]) =>
      runs.length > 1 ? [violation('I12', `${runs.length} runs of one start`, runs[0]!.row.id, tag)] : [],
    ),
    ...[...facts.runs.values()].flatMap(({ row }) =>
      isFinal(row.status) ? [] : [violation('I5', `is ${row.status} when all should be over`, row.id, row)],
    ),
  ];
};

function judgeStart({ runs }: Facts, request: RequestEntry): Violation[] {
  if (request.status !== 202) return [];
  const { id } = request.body as { id: string };
  const run = runs.get(id);
  return run && run.row.context_id === request.tag
    ? []
    : [violation('I5', 'accepted, and not there', id, request)];
}

/** I5: what its owner leaves behind ends, or starts again, with the first sweep after its lease. */
export const orphansEnd: Rule = (facts) => {
  const { leaseMs, sweepMs } = facts.setting;
  const over = facts.marks.find(({ what }) => what === 'quiet')?.at ?? 0;
  const judge = (id: string, what: string, from: number, to: number, promised: number) => {
    const took = undisturbed(facts, from, to, hitsSupervisors);
    const may = promised + slack(facts, SLACK_MS, from, to);
    return took > may
      ? [violation('I5', `${took} undisturbed ms of ${may} after ${what}`, id, { from, to })]
      : [];
  };
  return [...facts.runs.values()].flatMap(({ row, audit }) =>
    ownersOf(audit).flatMap(({ owner, leaseUntil, from, to = over }) => {
      const died = facts.deaths.get(facts.runnerPids.get(owner) ?? 0);
      const wasDead = died !== undefined && from <= died && died <= to;
      return [
        ...(wasDead ? judge(row.id, 'its runner had died', died, to, leaseMs + sweepMs) : []),
        ...(to > leaseUntil ? judge(row.id, 'its lease had ended', leaseUntil, to, sweepMs) : []),
      ];
    }),
  );
};

interface Held {
  owner: string;
  epoch: number;
  /** The last one that it had. */
  leaseUntil: number;
  from: number;
  to?: number;
}

/** The times between which each owner had it. */
function ownersOf(audit: readonly AuditRow[]): Held[] {
  const held: Held[] = [];
  for (const { at, before, after } of audit) {
    const last = held.at(-1);
    if (last && last.to === undefined) {
      if (isFinal(after.status) || after.epoch !== last.epoch) last.to = ms(at);
      else if (after.lease_until !== null) last.leaseUntil = ms(after.lease_until);
    }
    if (after.owner === null || before?.owner === after.owner || isFinal(after.status)) continue;
    held.push({
      owner: after.owner,
      epoch: after.epoch,
      leaseUntil: ms(after.lease_until ?? at),
      from: ms(at),
    });
  }
  return held;
}

/** I5, I6, I7: when all was healed, everything came to its end in time. */
export const quietCame: Rule = ({ marks }) =>
  marks.flatMap(({ missing = [] }) =>
    missing.map((what) => violation('I5', `all was healed, and it was not over in time: ${what}`, undefined)),
  );
