import type { Flow } from '#shared/domain/flow/flow.ts';
import type { BrowserHold } from './browser-hold.ts';
import { closeOrKill } from './close-or-kill.ts';
import { isActing } from './late-result.ts';
import type { LiveMachine } from './live-machine.ts';
import { settleInFlight } from './settle-in-flight.ts';

/** Stops what a run does that its owner has lost: its machine, then its browser, which may take `closeMs`. */
export async function stopLost(
  machine: LiveMachine,
  { hold, flow }: { hold: BrowserHold; flow: Flow },
  closeMs: number,
): Promise<void> {
  const { known } = machine;
  // A process that was stopped hears only now what its browser did meanwhile. No further step begins: it would have to be stored.
  if (isActing(known)) await settleInFlight(hold, flow.steps, known.context.done);
  machine.stop();
  await closeOrKill(hold, { keepVideo: false, reason: 'this runner no longer owns the run' }, closeMs);
}
