/*
 * The live actor of a run as the rest of its runner sees it, and what it needs of that.
 */
import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { RecordedCancel } from '#shared/adapters/database/runs/cancel-columns.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { CancelVia } from '#shared/domain/run/context.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import type { OpenRequest } from '../browser/open-request.ts';
import type { RunBrowser } from '../browser/run-browser.ts';

export interface RunActorDeps {
  sql: Sql;
  bus: Bus;
  /** The log of this run. */
  log: Log;
  owner: string;
  /** `abandoned` is raised when the run needs no browser any more. */
  openBrowser(
    run: ClaimedRun,
    own: Pick<OpenRequest, 'vault' | 'answers' | 'begins' | 'passkeys' | 'now'>,
    abandoned: AbortSignal,
  ): Promise<RunBrowser>;
  /** Undefined: this runner opens nothing of the vault. */
  sealKeys?: PrivateKeys | undefined;
  /** Whether the lease of this actor is good for another effect. */
  leaseHolds(actor: RunActor): boolean;
  /** The lease is given up: it must not be renewed while the browser is being stopped. */
  releaseLease(actor: RunActor): void;
  closeMs: number;
  /** The database's time, epoch ms, on this machine's monotonic clock. */
  now(): number;
}

export interface RunActor {
  readonly runId: string;
  readonly epoch: number;
  readonly state: string;
  /** No browser started for it, and it is back in the queue. */
  readonly returned: boolean;
  /** It waits for a person, and this runner can keep what it needs to go on elsewhere. */
  readonly mayBeParked: boolean;
  /** It waits for a person without a runner now. */
  readonly parked: boolean;
  /** The machine takes the cancel; a repeat only hardens it. `via`: how it was heard of. */
  cancel(cancel: RecordedCancel, via: CancelVia): void;
  /** Its runner shuts down: it is parked as soon as it waits for a person. */
  leave(): void;
  /** A person has asked something of the run; `count`: so many orders it has, if that is known. */
  ordered(count?: number): void;
  /** What the page is like that the step under way waits on; undefined if none is. Changes nothing. */
  look(): Promise<PageLook | undefined>;
  /** This owner may no longer write: stop the browser, keep what was not stored as a late result. */
  fence(why: string): Promise<void>;
  /**
   * This process fails. A run for which a browser is being opened goes back into the queue, one that is requeued if its
   * runner is lost is left to a supervisor, any other ends with `error`; what closes already is waited for.
   */
  handBack(error: string): Promise<void>;
  /** Resolves when the run is final, back in the queue or was fenced, and its browser is closed. */
  readonly ended: Promise<void>;
  /** Publishes its last entries for at most `ms`; the relay has the rest. */
  finishPublishing(ms: number): Promise<void>;
}
