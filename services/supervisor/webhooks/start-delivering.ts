import type { Config } from '#shared/config/config.ts';
import { readEgressPolicy } from '#shared/config/egress/policy.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { RetryRules } from '#shared/database/webhooks/outcome.ts';
import { createNames } from '#shared/egress/names.ts';
import { outerProxiesOf } from '#shared/egress/outer-proxy.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Leadership } from '../leading.ts';
import { createDispatch } from './dispatch.ts';
import { lookupsOfUsers } from './lookups.ts';

interface DeliveringDeps {
  config: Config<
    | 'GHOSTLY_EGRESS'
    | 'GHOSTLY_WEBHOOK_TIMEOUT_MS'
    | 'GHOSTLY_WEBHOOK_RETRY_MS'
    | 'GHOSTLY_WEBHOOK_RETRY_DAYS'
  >;
  /** For the operator's own proxies. */
  env: Readonly<Record<string, string | undefined>>;
  sql: Sql;
  log: Log;
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  /** Breaks off the attempts under way. */
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

/** How long a message waits at most before it is noticed. */
const LOOK_EVERY_MS = 500;
const DAY_MS = 86_400_000;

/** While this process leads, it delivers what webhooks are to be told. */
export function startDelivering(deps: DeliveringDeps): void {
  const { config, env, sql, log, leadership, stopping, resources } = deps;
  const dispatch = createDispatch({
    ...{ sql, log, leaving: stopping, rules: rulesOf(config) },
    timeoutMs: config.GHOSTLY_WEBHOOK_TIMEOUT_MS,
    out: {
      policy: readEgressPolicy(config.GHOSTLY_EGRESS),
      outer: outerProxiesOf(env),
      lookupFor: lookupsOfUsers(createNames()),
    },
    onRoom: () => looking.wake(),
  });
  resources.defer(() => dispatch.idle());
  const looking = resources.use(
    startLoop(
      LOOK_EVERY_MS,
      async () => (leadership.isLeading() ? dispatch.look() : undefined),
      (error) => log.warn({ err: error }, 'could not look for what webhooks are to be told'),
    ),
  );
  leadership.onLead(looking.wake);
}

/** After 5 s, 20 s, 80 s, … up to an hour; a webhook that fails with everything is tried each quarter of an hour. */
const rulesOf = (config: DeliveringDeps['config']): RetryRules => {
  const { GHOSTLY_WEBHOOK_RETRY_MS: firstMs, GHOSTLY_WEBHOOK_RETRY_DAYS: days } = config;
  return { firstMs, maxMs: 720 * firstMs, webhookMaxMs: 180 * firstMs, giveUpMs: days * DAY_MS };
};
