import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { OrderedCommand } from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { GatewayContext } from '../http/call.ts';

/** How long to wait for the owner's reply, ms. */
const OWNER_MS = 500;

/** Tells a run's owner, after the answer, of an order that is recorded. If that is lost, it learns of it with its next heartbeat. */
export function notifyOwner(
  bus: Pick<Bus, 'request'>,
  ctx: GatewayContext,
  runId: string,
  epoch: number,
): void {
  afterAnswer(ctx, 'the owner could not be notified of an order', async () => {
    const command: OrderedCommand = { type: 'ORDERED', epoch };
    await bus.request(subjects.command(runId), command, OWNER_MS);
  });
}
