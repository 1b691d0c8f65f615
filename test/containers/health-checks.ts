import { startLoop } from '#shared/platform/async/loop.ts';
import type { Podman } from './engine.ts';

const EVERY_MS = 2_000;

/**
 * Has the health check of each running container made: podman leaves that to timers of systemd, which a machine may
 * lack. So it is this program that makes them, at its own pace; what they are is in the compose file.
 */
export function startHealthChecks(podman: Podman): AsyncDisposable {
  return startLoop(
    EVERY_MS,
    async () => {
      const format = '{{.Names}}\t{{.Status}}';
      const lines = (await podman(['ps', '--format', format])).split('\n');
      const checked = lines.filter((line) => /\((starting|healthy|unhealthy)\)/.test(line));
      // One that fails, or whose container is gone meanwhile, says so in its container's status.
      await Promise.allSettled(checked.map((line) => podman(['healthcheck', 'run', line.split('\t')[0]!])));
    },
    () => undefined,
  );
}
