import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import { type CallContext, ToolError } from '../tool.ts';
import { STOPPING } from '../words.ts';
import { type RunReport, reportOf } from './report.ts';
import { reportText } from './report-text.ts';

/** How long the gateway may take to give the run when the server is stopping, ms: the call is to be answered before. */
const LAST_LOOK_MS = 2_000;

export interface AnsweredRun {
  run: RunDetail;
  report: RunReport;
  text: string;
}

/**
 * The run after a wait for its end; if the server stops, the answer says that the run goes on. Without hints an
 * unfinished run has no steps. @throws ApiError, GatewayError, ToolError, or the reason of the call's signal
 */
export async function answerAfterWait(id: string, context: CallContext): Promise<AnsweredRun> {
  const { client, signal, stopping } = context;
  if (!stopping.aborted) return answered(await client.get(id, { hints: true, signal }));
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(LAST_LOOK_MS)]);
    const { run, report, text } = answered(await client.get(id, { hints: true, signal: within }));
    return { run, report, text: report.outcome === undefined ? `${goesOn(run.id)}\n${text}` : text };
  } catch {
    signal.throwIfAborted();
    throw new ToolError(goesOn(id));
  }
}

const goesOn = (id: string) =>
  `${STOPPING} Run ${id} goes on: once the server is back, look again with watch_run or get_run {"id":"${id}"}.`;

function answered(run: RunDetail): AnsweredRun {
  const report = reportOf(run);
  return { run, report, text: reportText(report) };
}
