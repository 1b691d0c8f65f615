import type { Sql } from '#shared/adapters/database/sql.ts';
import type { RetryRules } from '#shared/adapters/database/webhooks/outcome.ts';
import { createNames } from '#shared/adapters/egress/names.ts';
import { outerProxiesOf } from '#shared/adapters/egress/outer-proxy.ts';
import type { Config } from '#shared/platform/config/config.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { linksOf } from './links.ts';
import { lookupsOfUsers } from './lookups.ts';

interface OpeningDeps {
  config: Config<
    | 'GHOSTLY_EGRESS'
    | 'GHOSTLY_PUBLIC_URL'
    | 'GHOSTLY_WEBHOOK_TIMEOUT_MS'
    | 'GHOSTLY_WEBHOOK_RETRY_MS'
    | 'GHOSTLY_WEBHOOK_RETRY_DAYS'
  >;
  /** The operator's own proxies. */
  env: Readonly<Record<string, string | undefined>>;
  sql: Sql;
  log: Log;
  onRoom(): void;
  /** Breaks off the attempts under way. */
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

const DAY_MS = 86_400_000;

/** Closing waits for the attempts under way. */
export function openDispatch(deps: OpeningDeps): Dispatch {
  const { config, env, sql, log, onRoom, stopping, resources } = deps;
  const dispatch = createDispatch({
    sql,
    log,
    onRoom,
    leaving: stopping,
    rules: rulesOf(config),
    linkTo: linksOf(config.GHOSTLY_PUBLIC_URL, sql),
    timeoutMs: config.GHOSTLY_WEBHOOK_TIMEOUT_MS,
    out: {
      policy: readEgressPolicy(config.GHOSTLY_EGRESS),
      outer: outerProxiesOf(env),
      lookupFor: lookupsOfUsers(createNames()),
    },
  });
  resources.defer(() => dispatch.idle());
  return dispatch;
}

/** After 5 s, 20 s, 80 s, … up to an hour; a webhook that fails with everything is tried each quarter of an hour. */
const rulesOf = (config: OpeningDeps['config']): RetryRules => {
  const { GHOSTLY_WEBHOOK_RETRY_MS: firstMs, GHOSTLY_WEBHOOK_RETRY_DAYS: days } = config;
  return { firstMs, maxMs: 720 * firstMs, webhookMaxMs: 180 * firstMs, giveUpMs: days * DAY_MS };
};
