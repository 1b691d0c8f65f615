/*
 * Delivers what is due to webhooks. Owns the attempts under way, only so many for a webhook and a user (I13). The
 * database has what is due: two leaders take different ones, and what a killed one had is due again when its time is
 * over.
 */
import {
  type DueWebhook,
  findDueWebhooks,
  makeDue,
  type TakenDelivery,
  takeDeliveries,
} from '#shared/adapters/database/webhooks/due.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { type AttemptDeps, attemptDelivery } from './attempt.ts';

/** The most attempts under way at once: in all, of one user's webhooks, to one webhook, and to one that fails. */
const MOST = { all: 256, ofUser: 64, ofWebhook: 8, ofFailing: 1 } as const;
/** What takes longer than its time has lost its supervisor. */
const LOST_AFTER_MS = 15_000;

export interface DispatchDeps extends AttemptDeps {
  log: Log;
  /** Called when an attempt has ended, so that what waited for it is looked at. */
  onRoom(): void;
}

export interface Dispatch {
  /** Begins whatever is due and has room. Resolves when it has begun. */
  look(): Promise<void>;
  /** Resolves when no attempt is under way. */
  idle(): Promise<void>;
}

export function createDispatch(deps: DispatchDeps): Dispatch {
  const underWay = new Set<Promise<void>>();
  const ofWebhook = createTally();
  const ofUser = createTally();

  const roomFor = ({ id, userId, failing }: DueWebhook) =>
    Math.min(
      MOST.all - underWay.size,
      MOST.ofUser - ofUser.of(userId),
      (failing ? MOST.ofFailing : MOST.ofWebhook) - ofWebhook.of(id),
    );

  function begin(delivery: TakenDelivery, { userId }: DueWebhook): void {
    const { webhookId } = delivery;
    ofWebhook.add(webhookId, 1);
    ofUser.add(userId, 1);
    const carried = carryOut(deps, delivery).finally(() => {
      ofWebhook.add(webhookId, -1);
      ofUser.add(userId, -1);
      underWay.delete(carried);
      deps.onRoom();
    });
    underWay.add(carried);
  }

  return {
    async look() {
      if (underWay.size >= MOST.all || deps.leaving.aborted) return;
      const due = await findDueWebhooks(deps.sql);
      // The user with the least under way is first.
      due.sort((a, b) => ofWebhook.of(a.id) - ofWebhook.of(b.id));
      for (const webhook of due) {
        const most = roomFor(webhook);
        if (most <= 0 || deps.leaving.aborted) continue;
        if (webhook.hasMoreToMakeDue) await makeDue(deps.sql, webhook.id);
        const withinMs = deps.timeoutMs + LOST_AFTER_MS;
        const taken = await takeDeliveries(deps.sql, { webhookId: webhook.id, most, withinMs });
        for (const delivery of taken) begin(delivery, webhook);
      }
    },
    idle: async () => void (await Promise.all(underWay)),
  };
}

/** A failure of the database costs a further attempt, when the time of this one is over. */
async function carryOut(deps: DispatchDeps, delivery: TakenDelivery): Promise<void> {
  const { log } = deps;
  const about = { webhookId: delivery.webhookId, deliveryId: delivery.id, runId: delivery.runId };
  try {
    const after = await attemptDelivery(deps, delivery);
    if (after?.disabled)
      log.warn({ ...about, projectId: after.projectId, why: after.disabled }, 'disabled a webhook');
    if (after?.givenUp) log.warn({ ...about, projectId: after.projectId }, 'gave up a delivery to a webhook');
  } catch (error) {
    log.warn({ ...about, err: error }, 'could not store what became of a delivery to a webhook');
  }
}

/** How many each has; nothing is kept of who has none. */
function createTally() {
  const counts = new Map<string, number>();
  return {
    of: (name: string): number => counts.get(name) ?? 0,
    add(name: string, change: number) {
      const count = (counts.get(name) ?? 0) + change;
      if (count === 0) counts.delete(name);
      else counts.set(name, count);
    },
  };
}
