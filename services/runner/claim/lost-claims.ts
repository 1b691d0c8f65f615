/*
 * Claims whose answer was lost: this owner may have their runs without knowing. The database is queried until the
 * doubt is settled, while other claims go on (I5), with one slot fewer for each claim in doubt. Owns the queries.
 * Keeps I2: a run whose claim is answered during a query does not count as found.
 */
import type { ClaimedRun, LostClaim } from '#shared/database/runs/claim.ts';
import { startLoop } from '#shared/process/loop.ts';

export interface LostClaimsDeps {
  find(): Promise<LostClaim[]>;
  /** Runs that are known not to be lost, although the query may find them. */
  isKnown(claim: LostClaim): boolean;
  /** Resolves when the claim in progress, if any, is answered or has failed. */
  claimAnswered(): Promise<unknown>;
  /** How long after its answer was lost a claim may still take effect, ms: a query settles only older doubts. */
  settleMs: number;
  /** For how long a claim that was sent may still take effect, and its lease then hold, ms. */
  forgetMs: number;
  /** `asked`: the monotonic time just before the query. */
  onFound(claim: LostClaim, asked: number): void;
  /** Slots may have become free. */
  onSure(): void;
  onError(error: unknown): void;
}

export interface LostClaims {
  /** How many runs this owner may have without knowing. */
  readonly inDoubt: number;
  /** The answer of a claim of so many runs at most was lost. */
  doubt(most: number): void;
  /** A claim was answered, with this run among others. */
  heard(claim: ClaimedRun): void;
  /** Resolves when no query is in progress; none is started afterwards. */
  stop(): Promise<void>;
}

/** Between two queries, while there is a doubt. */
const LOOK_MS = 250;

export function createLostClaims(deps: LostClaimsDeps): LostClaims {
  const doubts = createDoubts(deps.forgetMs);
  /** The epochs of the claims answered since the current query began, by run. */
  const heard = new Map<string, number>();
  let failing = false;

  const look = async () => {
    if (doubts.count() === 0) return;
    heard.clear();
    const asked = performance.now();
    const found = await deps.find();
    failing = false;
    // It may be among those found, while its answer is still on the way.
    await deps.claimAnswered();
    const lost = found.filter((claim) => claim.epoch > (heard.get(claim.id) ?? 0) && !deps.isKnown(claim));
    // Each run found is of one of the claims in doubt; claims are sent one by one, so it settles the oldest.
    doubts.settle(lost.length, asked - deps.settleMs);
    for (const claim of lost) deps.onFound(claim, asked);
    deps.onSure();
  };

  const looks = startLoop(LOOK_MS, look, (error) => {
    if (!failing) deps.onError(error);
    failing = true;
  });

  return {
    get inDoubt() {
      return doubts.count();
    },
    doubt(most) {
      doubts.add(most);
      looks.wake();
    },
    heard: ({ id, epoch }) => void heard.set(id, epoch),
    async stop() {
      await looks[Symbol.asyncDispose]();
    },
  };
}

/** A doubt for each run that a claim without an answer may have, by the monotonic time of the loss; the oldest first. */
function createDoubts(forgetMs: number) {
  let doubts: number[] = [];
  return {
    add: (most: number) => void doubts.push(...Array.from({ length: most }, () => performance.now())),
    count() {
      const since = performance.now() - forgetMs;
      doubts = doubts.filter((at) => at > since);
      return doubts.length;
    },
    /** The first `found` are settled, and what is not younger than `since`. */
    settle(found: number, since: number) {
      doubts = doubts.slice(found).filter((at) => at > since);
    },
  };
}
