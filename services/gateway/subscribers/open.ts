import { openBus } from '#shared/adapters/bus/bus.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Variables } from '../gateway-config.ts';
import { type SubscribersDeps, serveSubscribers } from './subscribers.ts';

interface Opening extends Pick<SubscribersDeps, 'sql' | 'bus'> {
  config: Variables;
  log: Log;
}

/** Lets subscribers in to NATS, if there is a seed to sign with. */
export function openSubscribers({ sql, bus, config, log }: Opening, resources: AsyncDisposableStack): void {
  const { GHOSTLY_NATS_ISSUER_SEED: issuerSeed, GHOSTLY_MAX_CONSUMERS_PER_USER: maxConsumers } = config;
  if (issuerSeed === undefined) return;
  // It goes to the same server: the other connection tells of its coming and going.
  const quiet = { info: log.debug.bind(log), warn: log.debug.bind(log) };
  const consumersBus = resources.use(
    openBus({ url: config.NATS_URL, name: 'ghostly-gateway-consumers', log: quiet }),
  );
  const now = () => Date.now();
  resources.use(serveSubscribers({ sql, bus, consumersBus, maxConsumers, issuerSeed, log, now }));
}
