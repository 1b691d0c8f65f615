import type { Bus, BusSubscription } from '#shared/adapters/bus/bus.ts';
import {
  type CancelCommand,
  type CommandReply,
  commandSchema,
  type LookReply,
  type LookRequest,
  type OrderedCommand,
} from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { RunActor } from './actor.ts';

/** Handles the commands for one run until its final commit. What is no command of this version is not answered. */
export function serveCommands(bus: Bus, actor: RunActor): BusSubscription {
  return bus.respond(subjects.command(actor.runId), (body, { traceparent }) => {
    const { success, data: command } = commandSchema.safeParse(body);
    if (!success) return undefined;
    switch (command.type) {
      case 'LOOK':
        return look(actor, command);
      case 'ORDERED':
        return ordered(actor, command);
      case 'CANCEL':
        return cancel(actor, command, traceparent);
    }
  });
}

/** A later epoch means that the run has another owner: this one does not reply and fences itself (I2). */
function cancel(
  actor: RunActor,
  { epoch, source, mode, reason }: CancelCommand,
  traceparent: string | undefined,
): CommandReply | undefined {
  if (epoch > actor.epoch) void actor.fence('a command named a later epoch');
  if (epoch !== actor.epoch) return undefined;
  const recorded = { source, mode, ...(reason !== undefined && { reason }) };
  actor.cancel({ ...recorded, ...(traceparent !== undefined && { traceparent }) }, 'command');
  return { ok: true, epoch: actor.epoch, state: actor.state };
}

/** The order itself is read from the database. */
function ordered(actor: RunActor, { epoch }: OrderedCommand): CommandReply | undefined {
  if (epoch !== actor.epoch) return undefined;
  actor.ordered();
  return { ok: true, epoch, state: actor.state };
}

/** Asked of another epoch it has nothing to say, and fences nothing: a look decides nothing. */
async function look(actor: RunActor, { epoch }: LookRequest): Promise<LookReply | undefined> {
  if (epoch !== actor.epoch) return undefined;
  const page = await actor.look();
  return { ok: true, epoch: actor.epoch, state: actor.state, ...(page && { page }) };
}
