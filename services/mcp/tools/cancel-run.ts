import { z } from 'zod';
import type { CancelAnswer } from '#shared/api/client/index.ts';
import { cancelBody, dryRunReply } from '#shared/api/contract/cancel/cancel.ts';
import { isFinal, STATUSES, type Status } from '#shared/domain/run/status.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { stepNumber } from '../runs/step-number.ts';
import { type CallContext, defineTool } from '../tool.ts';
import { quoted } from '../words.ts';
import { runId, waitSeconds } from './inputs.ts';

/** A cancel takes its grace budget at most, and that is seconds. */
const WAIT_S = { usual: 10, longest: 60 };

const forecastSchema = dryRunReply.omit({ ok: true, id: true, dryRun: true }).extend({
  step: z.object({ step: stepNumber, action: z.string(), atomic: z.boolean() }).optional(),
});

export const cancelRunTool = defineTool({
  name: 'cancel_run',
  title: 'Cancel a run',
  description:
    'Cancels a run, and waits until its browser is closed. Once accepted, the run ends as cancelled (status fail), whatever its flow did meanwhile; what was recorded is kept. Calling again does no harm.',
  needs: 'runs:cancel',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: cancelBody.extend({
    id: runId,
    dryRun: z.boolean().default(false).describe('Only tell what a cancel would do; nothing is recorded.'),
    waitSeconds: waitSeconds(WAIT_S).describe('How long to wait for its end then.'),
  }),
  output: z.object({
    id: z.string(),
    dryRun: z.boolean(),
    /** The cancel is recorded: it takes effect. */
    accepted: z.boolean(),
    /** The run's at the answer; absent with a dry run, or if it could not be read. */
    status: z.enum(STATUSES).optional(),
    /** What a cancel would do; only of a dry run. */
    forecast: forecastSchema.optional(),
  }),
  async call({ id, dryRun, reason, mode, waitSeconds: seconds }, context) {
    const { client, signal } = context;
    if (dryRun) {
      const { ok: _, id: of, dryRun: __, step, ...rest } = await client.cancel(id, { mode, dryRun, signal });
      const { index = 0, ...call } = step ?? {};
      const forecast = forecastSchema.parse({ ...rest, step: step && { step: index + 1, ...call } });
      return { text: forecastText(of, forecast), data: { id: of, dryRun, accepted: false, forecast } };
    }
    const accepted = await client.cancel(id, { reason, mode, signal });
    const status = await statusAfter(accepted, seconds, context);
    return {
      text: acceptedText(accepted.id, status),
      data: { id: accepted.id, dryRun, accepted: true, status },
    };
  },
});

/** Undefined if it cannot be read now: that takes nothing away from the cancel. */
async function statusAfter(
  { id, status }: CancelAnswer,
  seconds: number,
  { client, signal, stopping, may }: CallContext,
): Promise<Status | undefined> {
  if (status !== 'cancelling') return 'fail';
  if (seconds === 0 || !may('runs:read')) return status;
  try {
    const until = AbortSignal.any([signal, stopping]);
    return (await client.get(id, { wait: seconds, signal: until })).status;
  } catch {
    signal.throwIfAborted();
    return stopping.aborted ? status : undefined;
  }
}

function acceptedText(id: string, status: Status | undefined): string {
  if (status === undefined)
    return `The cancel of run ${id} is accepted. Whether the run has ended could not be read: get_run tells.`;
  return isFinal(status)
    ? `Run ${id} is cancelled and has ended (status ${status}).`
    : `The cancel of run ${id} is accepted; the run is still stopping. receipt tells what it waits for.`;
}

type Forecast = z.output<typeof forecastSchema>;

function forecastText(id: string, { from, path, step, onCancelSteps, withinMs, stale }: Forecast): string {
  const inFlight =
    step === undefined
      ? 'No step is under way.'
      : `Step ${step.step} (${quoted(step.action)}) would be ${step.atomic ? 'waited for' : 'interrupted'}.`;
  return [
    `Dry run: nothing was recorded. A cancel of run ${id} would find it in ${from}, and end it within ${formatDuration(withinMs)}.`,
    inFlight,
    `It would go through: ${path.join(', ')}. onCancel steps to run: ${onCancelSteps}.`,
    ...(stale ? ['No runner has the run: a supervisor would end it.'] : []),
  ].join('\n');
}
