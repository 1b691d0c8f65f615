/* Why a step failed: what is known of its page, and the words for it. Owns no state. */
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';
import { describeFailure, type Failure, failureReasonOf, isTimeout, oneLine } from '../failure.ts';
import { HANGS_MS, type PendingRequest, type PendingRequests } from '../pending-requests.ts';
import { raceSignal } from '../race.ts';
import type { SiteClock } from '../vault/site-clock.ts';
import { type FactsOptions, factsOf, type PageFacts } from './failure-facts.ts';
import type { lookAtEnd } from './look-at-end.ts';
import type { Navigation } from './navigation.ts';

/** How long a page that does not answer is asked after the end of its step, ms. */
const SILENT_MS = 2_000;

export interface ExplainOptions extends Omit<FactsOptions, 'searches'> {
  navigation: Navigation;
  requests: PendingRequests;
  /** Aborted when no evidence is wanted any more. */
  bare?: AbortSignal;
  /** Undefined if no step types a code. */
  siteClock?: SiteClock | undefined;
}

export interface Explained extends PageFacts {
  error: string;
  /** Why it was not done in its time. */
  reason?: FailureReason;
}

interface Failed {
  failure: Failure;
  reason: FailureReason | undefined;
  facts: PageFacts;
}

/** What is known of the page is asked while the evidence is collected. */
export async function factsOfFailed(
  options: ExplainOptions,
  failed: Pick<Failure, 'step' | 'error' | 'budgetMs'>,
  { atEnd, searches, stop }: { atEnd: ReturnType<typeof lookAtEnd>; searches: boolean; stop: AbortSignal },
): Promise<Failed> {
  const { requests, bare, evidenceMs } = options;
  const until = bare ? AbortSignal.any([stop, bare]) : stop;
  const isLate = isTimeout(failed.error);
  // What the run's own page waits for is nothing to another page.
  const isOwn = isLate && failed.step.page !== 'popup';
  const hanging = isOwn ? hangingFor(failed, requests) : undefined;
  const late = AbortSignal.any([until, AbortSignal.timeout(evidenceMs)]);
  const look = () => raceSignal(atEnd.seen(), late).catch(() => undefined);
  let failure: Failure = { ...failed, hanging, seen: isLate ? await look() : undefined };
  const end = performance.now() + SILENT_MS;
  // A page that has had no turn may answer while the evidence is collected. Of a try that is not the last nothing is said.
  const isAskedAgain = () => searches && !late.aborted && performance.now() < end;
  while (failureReasonOf(failure) === 'page_silent' && isAskedAgain())
    failure = { ...failure, seen: (await look()) ?? failure.seen };
  const reason = failureReasonOf(failure);
  return { failure, reason, facts: await factsOf(failure, reason, { ...options, searches }, late) };
}

/** What has hung for a good part of the step's time; a document that was asked for just then is not what it waited for. */
function hangingFor(
  { step, budgetMs }: Pick<Failure, 'step' | 'budgetMs'>,
  requests: PendingRequests,
): PendingRequest | undefined {
  const ms = Math.min(budgetMs / 2, HANGS_MS);
  const hanging = requests.hanging(ms);
  return hanging && (step.action === 'goto' || requests.msOf(hanging) >= ms) ? hanging : undefined;
}

/** Why a step failed, also by what the navigation that it began knows, and why some of its evidence is not there. */
export async function describeFailed(
  { navigation, redact, vault, siteClock }: ExplainOptions,
  { failure, reason, facts }: Failed,
  lacks: string | undefined,
  signal: AbortSignal,
): Promise<Explained> {
  const what = await describeFailure(failure, reason, facts, redact);
  const asked = failure.step.action === 'goto' ? undefined : raceSignal(navigation.why(), signal);
  const where = await asked?.catch(() => undefined);
  const refused = where?.refused ? oneLine(await redact(where.text)) : undefined;
  const skewed = siteClock?.skewAt(vault.codeOrigins);
  const parts = [what, refused, skewed, lacks].filter((part) => part !== undefined);
  return { error: parts.join('; '), ...(reason && { reason }), ...facts };
}
