/*
 * The claims whose answer was lost: this owner may have their runs without knowing. They are looked for until a look
 * can tell, beside everything else: other claims go on meanwhile (I5), with a slot less for each that is in doubt. Owns
 * the looks. Keeps I2: what was heard of while a look was under way is no find.
 */
import type { ClaimedRun, LostClaim } from '#shared/database/runs/claim.ts';
import { startLoop } from '#shared/process/loop.ts';

export interface LostClaimsDeps {
  find(): Promise<LostClaim[]>;
  /** The claim that is under way, if any, is answered or has failed. */
  claimAnswered(): Promise<unknown>;
  /** How long after its answer was lost a claim may still take effect, ms: a look settles only doubts that are older. */
  settleMs: number;
  /** For how long a claim that was sent may still take effect, and its lease then hold, ms. */
  forgetMs: number;
  /** `asked`: the monotonic time just before the look. */
  onFound(claim: LostClaim, asked: number): void;
  /** Slots may have become free. */
  onSure(): void;
  onError(error: unknown): void;
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

/** Between two looks, while there is something in doubt. */
const LOOK_MS = 250;

export function createLostClaims(deps: LostClaimsDeps): LostClaims {
  /** Since when, monotonic; the oldest first. */
  let doubts: number[] = [];
  /** The epochs of the claims heard of since the look under way began, by run. */
  const heard = new Map<string, number>();
  let failing = false;

  const inDoubt = () => {
    const since = performance.now() - deps.forgetMs;
    doubts = doubts.filter((at) => at > since);
    return doubts.length;
  };

  const look = async () => {
    if (inDoubt() === 0) return;
    heard.clear();
    const asked = performance.now();
    const found = await deps.find();
    failing = false;
    // It may be among those found, and this owner is about to hear of it.
    await deps.claimAnswered();
    const lost = found.filter(({ id, epoch }) => epoch > (heard.get(id) ?? 0));
    // Each find is one of the claims in doubt, and claims are sent one by one: the oldest has had the most time.
    doubts = doubts.slice(lost.length).filter((at) => at > asked - deps.settleMs);
    for (const claim of lost) deps.onFound(claim, asked);
    deps.onSure();
  };

  const looks = startLoop(LOOK_MS, look, (error) => {
    if (!failing) deps.onError(error);
    failing = true;
  });

  return {
    get inDoubt() {
      return inDoubt();
    },
    doubt() {
      doubts.push(performance.now());
      looks.wake();
    },
    heard({ id, epoch }) {
      heard.set(id, epoch);
    },
    async stop() {
      await looks[Symbol.asyncDispose]();
    },
  };
}
