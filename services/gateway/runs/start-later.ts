/* A run that no request waits for: a time of a schedule, a test of a batch. */
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import type { Actor } from '../access/policy.ts';
import type { AcceptFlowDeps } from './accept-flow.ts';
import { createStoreFlow, type Origin } from './store-flow.ts';

interface StartLaterDeps extends AcceptFlowDeps {
  log: Log;
}

interface LaterStart {
  /** Who has asked for it, with the rights of now. */
  actor: Actor;
  body: StartBody;
  origin: Origin;
  /** What it is for, in the log. */
  about: object;
  message: string;
}

/** Stores such runs, and notifies the runners. @throws what `storeFlow` throws */
export function createStartLater(deps: StartLaterDeps): (start: LaterStart) => Promise<void> {
  const { notifyRunQueued, cancelDelivery, log } = deps;
  const storeFlow = createStoreFlow(deps);
  return async ({ actor, body, origin, about, message }) => {
    const unasked = { language: 'en', idempotency: undefined, traceparent: undefined } as const;
    const stored = await storeFlow({ actor, ...unasked, elapsedMs: () => 0 }, body, origin);
    METRICS.accepted.add({});
    log.info({ ...runFields({ runId: stored.runId }), ...about }, message);
    cancelDelivery.later(stored.superseded);
    await notifyRunQueued(stored.runnerLabels, undefined).catch((error: unknown) =>
      log.warn({ err: error }, 'runners could not be notified of a run'),
    );
  };
}
