import type { Bus, BusSubscription } from '#shared/bus/bus.ts';
import {
  type CommandReply,
  cancelCommandSchema,
  type LookReply,
  lookRequestSchema,
} from '#shared/bus/command.ts';
import { subjects } from '#shared/bus/subjects.ts';
import type { RunActor } from './run-actor.ts';

/**
 * Handles the commands for one run until its final commit. A command of a later epoch means that the run has another
 * owner: this one does not reply and fences itself (I2).
 */
export function serveCommands(bus: Bus, actor: RunActor): BusSubscription {
  const command = (body: unknown, traceparent: string | undefined): CommandReply | undefined => {
    const { success, data: command } = cancelCommandSchema.safeParse(body);
    if (!success) return undefined;
    if (command.epoch > actor.epoch) {
      void actor.fence('a command named a later epoch');
      return undefined;
    }
    if (command.epoch < actor.epoch) return undefined;
    const { source, mode, reason } = command;
    const cancel = { source, mode, ...(reason !== undefined && { reason }) };
    actor.cancel({ ...cancel, ...(traceparent !== undefined && { traceparent }) }, 'command');
    return { ok: true, epoch: actor.epoch, state: actor.state };
  };
  return bus.respond(subjects.command(actor.runId), (body, { traceparent }) =>
    lookRequestSchema.safeParse(body).success ? answerLook(actor, body) : command(body, traceparent),
  );
}

/** Asked of another epoch it has nothing to say, and fences nothing: a look decides nothing. */
async function answerLook(actor: RunActor, body: unknown): Promise<LookReply | undefined> {
  const { data } = lookRequestSchema.safeParse(body);
  if (data?.epoch !== actor.epoch) return undefined;
  const page = await actor.look();
  return { ok: true, epoch: actor.epoch, state: actor.state, ...(page && { page }) };
}
