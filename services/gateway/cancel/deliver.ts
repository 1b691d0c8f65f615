/*
 * Delivers one recorded cancel to the run's owner, else to a supervisor. Owns no state. Keeps I3 by not being relied
 * on: owners learn of recorded cancels with every heartbeat and commit, and sweeps end runs without an owner.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import {
  type CancelCommand,
  commandReplySchema,
  type FinaliseRequest,
  finaliseReplySchema,
} from '#shared/adapters/bus/command.ts';
import { BusError, type BusFailure } from '#shared/adapters/bus/errors.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { commanded } from '#shared/adapters/database/runs/cancel-columns.ts';
import { readEnding } from '#shared/adapters/database/runs/ending.ts';
import type { RunToCancel } from '#shared/adapters/database/runs/record-cancel.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { messageSpan } from '#shared/platform/traces/message-span.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';

/**
 * How long a live actor may take to answer, ms, try by try; a stopped process never does. The first try is short:
 * just after a kill -9 NATS still accepts messages for the dead owner, and only the next one gets `no_responders`.
 */
const OWNER_TRIES_MS = [100, 400];
/** How long a supervisor may take to end a queued run, and to make sure that an owner is gone, ms. */
const QUEUED_MS = 250;
const ORPHAN_MS = 750;

/**
 * `stale`: a supervisor ended the run, which had no live actor. `unanswered`: its owner may be alive, or its end not
 * noticed yet; try again. `traceparent`: that of this request, if it is not the recorded one. Never rejects.
 */
export type DeliverCancel = (
  run: RunToCancel,
  traceparent?: string | undefined,
) => Promise<'cancelling' | 'stale' | 'unanswered'>;

interface Asking {
  bus: Bus;
  runId: string;
  traceparent: string | undefined;
}

export function createDeliverCancel({ sql, bus }: { sql: Sql; bus: Bus }): DeliverCancel {
  return async (run, traceparent = run.cancel.traceparent) => {
    const asking = { bus, runId: run.runId, traceparent };
    if (run.owner === null) {
      await askSupervisor(asking, QUEUED_MS);
      return 'cancelling';
    }
    if (await tellOwner(asking, run)) return 'cancelling';
    return outcomeOf(sql, run.runId);
  };
}

/** Whether its live actor took the command. Only `no_responders` proves that no process subscribes; a timeout does not. */
async function tellOwner(asking: Asking, { epoch, cancel }: RunToCancel): Promise<boolean> {
  const command: CancelCommand = { type: 'CANCEL', epoch, ...commanded(cancel) };
  const answer = await askOwner(asking, command);
  if (answer !== 'no_responders') return answer === 'taken';
  const ended = await askSupervisor(asking, ORPHAN_MS);
  // A healthy owner between its claim and its subscription looks the same: by now it listens.
  return !ended && (await askOwner(asking, command)) === 'taken';
}

async function askOwner(asking: Asking, command: CancelCommand): Promise<'taken' | BusFailure> {
  let failure: BusFailure = 'timeout';
  for (const ms of OWNER_TRIES_MS) {
    if (failure !== 'timeout') break;
    try {
      const subject = subjects.command(asking.runId);
      commandReplySchema.parse(await request(asking, [subject, subjects.command('{runId}')], command, ms));
      return 'taken';
    } catch (error) {
      failure = error instanceof BusError ? error.code : 'unavailable';
    }
  }
  return failure;
}

/** Takes the subject, and its name in a trace. */
const request = (
  { bus, traceparent }: Asking,
  [subject, template]: readonly [string, string],
  body: unknown,
  ms: number,
): Promise<unknown> =>
  tellWork(...messageSpan('send', template, traceparent), (place) =>
    bus.request(subject, body, ms, { traceparent: place }),
  );

/** Whether a supervisor answered that the run is ended. */
async function askSupervisor(asking: Asking, ms: number): Promise<boolean> {
  const body: FinaliseRequest = { runId: asking.runId };
  try {
    const reply = finaliseReplySchema.parse(
      await request(asking, [subjects.finalise, subjects.finalise], body, ms),
    );
    return reply.outcome === 'finalised';
  } catch {
    return false; // every sweep looks for such runs, too
  }
}

/** What became of a run whose owner did not answer: its row decides. If it cannot be read, the promise stands. */
async function outcomeOf(sql: Sql, runId: string): Promise<'cancelling' | 'stale' | 'unanswered'> {
  const ending = await readEnding(sql, runId).catch(() => undefined);
  if (ending?.stale) return 'stale';
  return ending && isFinal(ending.status) ? 'cancelling' : 'unanswered';
}
