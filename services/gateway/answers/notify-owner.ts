import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { OrderedCommand } from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { GatewayContext } from '../http/call.ts';
import { notifyRunners } from '../runs/notify-runners.ts';

/** How long to wait for the owner's reply, ms. */
const OWNER_MS = 500;

interface Ordered {
  runId: string;
  epoch: number;
  /** It was parked, and waits for a runner with these labels now. */
  queuedFor?: string[] | null;
}

/**
 * Tells a run's owner, after the answer, of an order that is recorded; or the runners, if it was parked. If that is lost, the
 * owner learns of it with its next heartbeat, and runners look for themselves.
 */
export function notifyOwner(
  bus: Pick<Bus, 'request' | 'publish'>,
  ctx: GatewayContext,
  { runId, epoch, queuedFor }: Ordered,
): void {
  if (queuedFor) {
    notifyRunners(bus, queuedFor, undefined);
    return;
  }
  afterAnswer(ctx, 'the owner could not be notified of an order', async () => {
    const command: OrderedCommand = { type: 'ORDERED', epoch };
    await bus.request(subjects.command(runId), command, OWNER_MS);
  });
}
