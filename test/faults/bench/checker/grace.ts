import { type Facts, isFinal, ms, type Rule, type RunFacts, violation } from './facts.ts';
import { hitsOwner, hitsSupervisors, slack, undisturbed } from './undisturbed.ts';

const SLACK_MS = 300;

/** I4: a cancel is over within its grace budget; where its owner cannot, as soon as the sweep may take the run. */
export const graceBudgets: Rule = (facts) => {
  const { graceMs, heartbeatMs, leaseMs, sweepMs } = facts.setting;
  const end = facts.marks.find(({ what }) => what === 'quiet')?.at ?? 0;
  return [...facts.runs.values()].flatMap((run) => {
    const { row } = run;
    if (row.cancel_requested_at === null) return [];
    const from = ms(row.cancel_requested_at);
    const to = row.finished_at === null ? end : ms(row.finished_at);
    const granted = slack(facts, SLACK_MS, from, to);
    const owner = ownerThen(run);
    const couldEndIt = owner !== undefined && row.stale && hadIt(facts, run, owner, to);
    if (owner !== undefined && (!row.stale || couldEndIt)) {
      const took = undisturbed(facts, from, to, hitsOwner(facts.runnerPids.get(owner)));
      // What a supervisor takes from an owner that has its lease was late by a whole lease.
      const may = graceMs + heartbeatMs + (couldEndIt ? Math.min(granted, leaseMs / 2) : granted);
      return took > may
        ? [violation('I4', `its cancel took ${took} undisturbed ms of ${may}`, row.id, row)]
        : [];
    }
    const swept = undisturbed(facts, from, to, hitsSupervisors);
    const may = (owner === undefined ? 0 : heartbeatMs + graceMs + leaseMs) + sweepMs + granted;
    return swept > may
      ? [violation('I4', `its cancel waited ${swept} ms of ${may} for the sweep`, row.id, row)]
      : [];
  });
};

/** Who had it when the cancel was recorded. */
const ownerThen = ({ audit }: RunFacts): string | undefined =>
  audit.find(
    ({ before, after }) => before?.cancel_requested_at === null && after.cancel_requested_at !== null,
  )?.before?.owner ?? undefined;

/** It lived and had its lease at the end. */
function hadIt({ runnerPids, deaths }: Facts, { audit }: RunFacts, owner: string, end: number): boolean {
  const died = deaths.get(runnerPids.get(owner) ?? 0);
  const { before } = audit.findLast(({ before }) => before !== null && !isFinal(before.status)) ?? {};
  return (died === undefined || died > end) && before?.lease_until != null && ms(before.lease_until) > end;
}
