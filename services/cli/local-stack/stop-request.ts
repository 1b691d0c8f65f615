import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { listenForStop, type StopSignals } from '#shared/platform/process/stop-signals.ts';
import { watchParent } from '../up/signals.ts';

/** What asks this process to stop: a signal, or under npm the end of its parent. */
export function listenForRequests(env: Environment): StopSignals {
  const stop = listenForStop(process, () => performance.now());
  const leaveParent = watchParent(
    Boolean(env.npm_lifecycle_event),
    () => process.ppid,
    () => stop.ask('SIGTERM'),
  );
  return {
    ...stop,
    dispose() {
      leaveParent();
      stop.dispose();
    },
  };
}
