/* What a supervisor says of a run that it has ended or requeued: in its log, and in the traces of the run and its cancel. */
import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { placeOfRun, tellClaim } from '#shared/platform/traces/run-trace.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';
import type { Finalised } from './end-run.ts';
import type { EndingDecision } from './endings.ts';

const SAID: Partial<Record<EndingDecision['kind'], string>> = {
  park: 'parked a run whose runner was lost while it waits for a person',
  unpark: 'a parked run goes on: nobody has answered in time',
};

export interface TracedEnding {
  run: SupervisedRun;
  ending: EndingDecision;
  /** Where in a trace it is asked for. */
  asked: string | undefined;
}

/** Carries it out, and tells of it if it was not refused. */
export async function tellEnding(
  { run, ending, asked }: TracedEnding,
  log: Log,
  end: () => Promise<Finalised | undefined>,
): Promise<Finalised | undefined> {
  const { id: runId, traceparent, owner, epoch, claimedAt, now, cancel } = run;
  const place = placeOfRun({ runId, traceparent });
  const parent = asked ?? cancel?.traceparent ?? place;
  const attributes = { 'cicd.pipeline.run.id': runId, 'ghostly.run.ending': ending.kind };
  const start = { parent, links: [place], attributes };
  const done = await tellWork('end run without owner', start, end, {
    hasSpan: (written) => written !== undefined,
  });
  if (!done) return undefined;
  const about = runFields({ runId, ...run });
  if (done.outcome === 'requeued')
    log.warn(about, SAID[ending.kind] ?? 'requeued a run whose runner was lost');
  else log.info({ ...about, stale: done.stale }, 'ended a run without a live actor');
  // Its owner cannot tell of it any more.
  if (owner !== null)
    tellClaim({
      runId,
      traceparent,
      owner,
      epoch,
      from: (claimedAt ?? now).getTime(),
      to: now.getTime(),
      error: 'why' in ending ? ending.why : undefined,
    });
  return done;
}
