import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { AccountLimits } from '#shared/adapters/database/accounts/account-limits.ts';
import type { Database } from '#shared/adapters/database/connect.ts';
import type { RunLimits } from '#shared/adapters/database/queue/limits.ts';
import type { QueueCauses } from '#shared/adapters/database/run-views/queue-causes.ts';
import type { EgressPolicy } from '#shared/platform/config/egress/policy.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { CallerTurns } from './access/caller-turns.ts';
import type { OutsideIssuer } from './access/outside-tokens.ts';
import type { Budgets } from './budgets.ts';
import type { Cancelling } from './cancel/cancelling.ts';
import type { CancelDelivery } from './cancel/delivery.ts';
import type { Handlers } from './http/call.ts';
import type { ViewerPlace } from './playwright-trace/viewer-place.ts';
import type { QueueRoom } from './runs/queue-room.ts';
import type { WaitForEnd } from './runs/wait.ts';
import type { ReadWaitingFor } from './runs/waiting-for/read.ts';
import type { ReadListedWaits } from './runs/waiting-for/read-listed.ts';
import type { Reach } from './service/reach.ts';

export interface GatewayConfig {
  jwtSecret: string;
  /** Signs nothing any more, but what it has signed is still good. */
  jwtSecretPrevious?: string | undefined;
  /** Whose tokens count besides our own. */
  outsideIssuer?: OutsideIssuer | undefined;
  /** How many proxies in front of us name the client's address; 0: none is believed. */
  trustedProxies?: number | undefined;
  /** Grace budget of a cancel, ms. */
  graceMs: number;
  leaseMs: number;
  /** How long a run may wait for a runner, ms. */
  queueTimeoutMs: number;
  /** Limits of queued runs; none if left out. */
  queueLimits?: RunLimits | undefined;
  /** How long any run may take from its claim on, ms. */
  maxDurationMs?: number | undefined;
  /** Origins that browsers may call from; `*` is any. */
  corsOrigins: readonly string[];
  /** Names of the gateway besides loopback names and IP addresses. */
  publicUrls?: readonly string[] | undefined;
  /** Whether artifacts are answered with a redirect to a link of the object store, where it can make one. */
  artifactLinks?: boolean | undefined;
  /** A built web app to serve at `/`. */
  webDir?: string | undefined;
  /** `host:port` of each server of NATS; undefined if subscribers are not let in there. */
  natsServers?: readonly string[] | undefined;
  /** Limits of projects, memberships, keys and invitations; none if left out. */
  accountLimits?: AccountLimits | undefined;
  /** Where webhooks may be sent. */
  egress: EgressPolicy;
  /** Webhooks that a project may have; any number if left out. */
  maxWebhooks?: number | undefined;
  /** Named flows that a project may have, deleted ones included; any number if left out. */
  maxFlows?: number | undefined;
  /** The public keys of the vault, as text; without them it takes no secrets. */
  sealPublicKey?: string | undefined;
  /** Secrets that a project may have; any number if left out. */
  maxSecrets?: number | undefined;
  /** Durable consumers in NATS that a user may have. */
  maxConsumers?: number | undefined;
  version: string;
  /** Shown by ping, e.g. `production`. */
  env: string;
}

export interface GatewayDeps {
  database: Database;
  /** Its connections. */
  budgets: Budgets;
  /** Taken before every handler. */
  turns: CallerTurns;
  artifacts: Artifacts;
  config: GatewayConfig;
  log: Log;
  /** Tells runners that a run is waiting; `traceparent`: because of what. Never awaited by an answer, and may fail. */
  notifyRunQueued(labels: readonly string[], traceparent: string | undefined): Promise<void>;
  /** Tells owners of runs what people have answered. */
  bus: Pick<Bus, 'request' | 'publish'>;
  /** Brings recorded cancels to their runs' owners, or to a supervisor. */
  cancelDelivery: Pick<CancelDelivery, 'later'>;
  /** How the limits of queued runs are kept, for all starts of this process. */
  queueRoom: QueueRoom;
  /** Holds answers that wait until a run is final. */
  waitForEnd: WaitForEnd;
  /** Where Playwright's viewer is. */
  viewer: ViewerPlace;
  /** Says what runs wait for. */
  readWaitingFor: ReadWaitingFor;
  readListedWaits: ReadListedWaits;
  /** Reads which runs go on and need a person, whether or not the caller sees them. */
  readNeedingPeople(): Promise<readonly string[]>;
  /** The same of those that wait for one. */
  readWaitingForPeople(): Promise<readonly string[]>;
  /** Reads how many runs wait, and for what. */
  readQueue(): Promise<QueueCauses>;
  /** Under which this gateway tells the others of itself. */
  gatewayId: string;
  /** The outages that `/ready` reports, and how servers are reached. */
  reach: Pick<Reach, 'outages' | 'looks'>;
  /** Cancelling and streaming, which need more than the database. */
  handlers: Cancelling['handlers'] &
    Pick<Handlers, 'streamRun' | 'streamBatch' | 'watchRun' | 'readFrame' | 'deleteUser'>;
  now?: () => Date;
}
