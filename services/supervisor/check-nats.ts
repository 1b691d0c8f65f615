import type { Bus } from '#shared/bus/bus.ts';
import { adviceOnNats } from '#shared/bus/server-version.ts';
import type { Log } from '#shared/process/log.ts';

/** Says once which NATS this is, and whether it should be a newer one. Nothing waits for it. */
export function checkNats(bus: Bus, log: Log): void {
  const told = bus.connection().then(({ info }) => {
    const version = info?.version;
    log.info({ version }, 'connected to NATS');
    const advice = adviceOnNats(version);
    if (advice !== undefined) log.warn({ version }, advice);
  });
  told.catch(() => undefined); // there is none: each use reports that
}
