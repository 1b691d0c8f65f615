import { setTimeout as delay } from 'node:timers/promises';
import type { Bus, BusSubscription } from '#shared/adapters/bus/bus.ts';
import { type FinaliseReply, finaliseRequestSchema } from '#shared/adapters/bus/command.ts';
import { SUPERVISORS, subjects } from '#shared/adapters/bus/subjects.ts';
import { messageSpan } from '#shared/platform/traces/message-span.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';
import type { Finalised } from './end-run.ts';

/** How long to wait for the end of an owner's session: it shows 3 to 8 ms after a kill -9, later under load. */
const WATCH_MS = 250;
const LOOK_MS = 10;

export interface RequestDeps {
  bus: Bus;
  finalise(runId: string, byCancel: boolean, loaded: undefined, asked?: string): Promise<Finalised>;
  /** Called for each run that was ended, so that watchers get its last entries at once. */
  onFinalised(runId: string): void;
  /** Called for each run that was requeued. */
  onRequeued(runId: string): void;
}

/**
 * Answers a gateway whose cancel found no live actor. Any supervisor may answer: the guards in the statements decide.
 */
export function serveFinaliseRequests(deps: RequestDeps): BusSubscription {
  const { bus, finalise } = deps;
  const untilGone = async (runId: string, asked: string | undefined): Promise<Finalised> => {
    const giveUp = performance.now() + WATCH_MS;
    for (;;) {
      const result = await finalise(runId, true, undefined, asked);
      if (result.outcome !== 'left' || performance.now() > giveUp) return result;
      await delay(LOOK_MS);
    }
  };

  return bus.respond(
    subjects.finalise,
    async (body, { traceparent }): Promise<FinaliseReply | undefined> => {
      const { success, data } = finaliseRequestSchema.safeParse(body);
      if (!success) return undefined;
      const { outcome, stale } = await tellWork(
        ...messageSpan('process', subjects.finalise, traceparent),
        (asked) => untilGone(data.runId, asked),
      );
      if (outcome === 'finalised') deps.onFinalised(data.runId);
      if (outcome === 'requeued') deps.onRequeued(data.runId);
      return { outcome: outcome === 'finalised' ? 'finalised' : 'left', stale };
    },
    { queue: SUPERVISORS },
  );
}
