import type { Bus } from '#shared/adapters/bus/bus.ts';
import { adviceOnNats } from '#shared/adapters/bus/server-version.ts';
import type { Log } from '#shared/platform/log/log.ts';

/** The same bus; once it is connected, the log says to which NATS, and whether that should be a newer one. */
export function checkedNats(bus: Bus, log: Log): Bus {
  const reported = bus.opened().then((version) => {
    log.info({ version }, 'connected to NATS');
    const advice = adviceOnNats(version);
    if (advice !== undefined) log.warn({ version }, advice);
  });
  reported.catch(() => undefined); // there is none: each use reports that
  return bus;
}
