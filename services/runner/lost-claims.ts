/*
 * The claims whose answer was lost: this owner may have their runs without knowing. They are looked for until a look
 * succeeds, beside everything else: other claims go on meanwhile (I5), with a slot less for each that is in doubt. Owns
 * the look under way. Keeps I2: what was heard of while a look was under way is no find.
 */
import type { ClaimedRun, LostClaim } from '#shared/database/runs/claim.ts';
import { retryUntilDone } from '#shared/process/backoff.ts';

export interface LostClaimsDeps {
  find(): Promise<LostClaim[]>;
  /** The claim that is under way, if any, is answered or has failed. */
  claimAnswered(): Promise<unknown>;
  /** For how long a claim that was sent may still take effect, and its lease then hold, ms. */
  forgetMs: number;
  /** `asked`: the monotonic time just before the look. */
  onFound(claim: LostClaim, asked: number): void;
  /** Slots may have become free. */
  onSure(): void;
  onTrouble(error: unknown): void;
}

export interface LostClaims {
  /** How many runs this owner may have without knowing. */
  readonly inDoubt: number;
  /** The answer of a claim was lost. */
  doubt(): void;
  /** A claim was answered. */
  heard(claim: ClaimedRun): void;
  /** Resolves when no look is under way; there will be no other. */
  stop(): Promise<void>;
}

const BACKOFF = { firstMs: 100, maxMs: 1_000 };

export function createLostClaims(deps: LostClaimsDeps): LostClaims {
  const stopping = new AbortController();
  /** Since when, monotonic; the oldest first. */
  let doubts: number[] = [];
  /** The epochs of the claims heard of since the look under way began, by run. */
  const heard = new Map<string, number>();
  let looking: Promise<void> | undefined;

  const inDoubt = () => {
    const since = performance.now() - deps.forgetMs;
    doubts = doubts.filter((at) => at > since);
    return doubts.length;
  };

  const look = async () => {
    heard.clear();
    const asked = performance.now();
    const found = await deps.find();
    // It may be among those found, and this owner is about to hear of it.
    await deps.claimAnswered();
    doubts = doubts.filter((at) => at > asked);
    for (const claim of found) if (claim.epoch > (heard.get(claim.id) ?? 0)) deps.onFound(claim, asked);
    deps.onSure();
  };

  const lookUntilSure = async () => {
    while (inDoubt() > 0) await retryUntilDone(look, BACKOFF, stopping.signal, deps.onTrouble);
  };

  return {
    get inDoubt() {
      return inDoubt();
    },
    doubt() {
      doubts.push(performance.now());
      looking ??= lookUntilSure()
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) deps.onTrouble(error);
        })
        .finally(() => {
          looking = undefined;
        });
    },
    heard({ id, epoch }) {
      heard.set(id, epoch);
    },
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
