/* What is known of a page on which a step failed, besides the reason: the end is to know what the wait knew. Owns no state. */
import { stripVTControlCharacters } from 'node:util';
import type { Page } from 'playwright';
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { visible } from '#shared/domain/words/visible.ts';
import { type Failure, isTimeout, messageOf } from '../failure.ts';
import { nearestSelectors } from '../nearest/nearest-selectors.ts';
import type { PendingRequest, PendingRequests } from '../pending-requests.ts';
import type { StepValues } from '../results/step-values.ts';
import { shownAddress } from '../shown-address.ts';
import type { RunVault } from '../vault/run-vault.ts';
import { mayBeSearched } from '../vault/unread.ts';
import { documentFacts, type Navigation } from './navigation.ts';
import { elementsIn, shownElement } from './shown-element.ts';

export interface PageFacts {
  /** The element that covers the one that was to be used, as `<div id="cookie">`. */
  coveredBy?: string;
  /** HTTP status of the page, from 400. */
  httpStatus?: number;
  /** How many documents it had in the last ten seconds, if these were many. */
  documents?: number;
  /** What the page waited for; `ms`: for how long. */
  pendingRequest?: { method: string; url: string; ms: number; answered?: true };
  /** Selectors that match exactly one element each, and are nearly the one that matched none. */
  nearest?: string[];
}

export interface FactsOptions {
  page: Page;
  navigation: Pick<Navigation, 'status' | 'documents'>;
  redact: Redactor;
  values: Pick<StepValues, 'selectorNow'>;
  vault: RunVault;
  /** Whether a selector may be looked for in the page. */
  searches: boolean;
  /** How much more than what is left of its own time a step may take for its evidence, and to be explained, ms. */
  evidenceMs: number;
  requests: Pick<PendingRequests, 'msOf'>;
}

/** How long the nearest selectors are looked for at most, ms. */
const NEAREST_MS = 2_000;
const LONGEST_URL = 300;

export async function factsOf(
  failure: Failure,
  reason: FailureReason | undefined,
  options: FactsOptions,
  stop: AbortSignal,
): Promise<PageFacts> {
  const { page, navigation, redact, searches, evidenceMs } = options;
  const { step, error, hanging } = failure;
  const coveredBy = reason === 'element_covered' ? await coverOf(failure, redact) : undefined;
  const sought = reason === 'element_missing' && searches ? await soughtBy(failure, options) : undefined;
  const until = AbortSignal.any([stop, AbortSignal.timeout(Math.min(NEAREST_MS, evidenceMs))]);
  const nearest = sought === undefined ? [] : await nearestSelectors(page, sought, redact, until);
  return {
    ...(coveredBy !== undefined && { coveredBy }),
    // Only of the run's own page it is known.
    ...(step.page !== 'popup' && documentFacts(navigation)),
    ...(hanging && isTimeout(error) && { pendingRequest: await shownRequest(hanging, options) }),
    ...(nearest.length > 0 && { nearest }),
  };
}

/** What is nearly a secret no redactor knows: nothing is searched for with one in it (I10). */
async function soughtBy(
  { step }: Failure,
  { values, vault, redact }: FactsOptions,
): Promise<string | undefined> {
  const selector = values.selectorNow(step);
  if (selector === undefined || !mayBeSearched(selector, vault.secrets)) return undefined;
  return (await redact(selector)) === selector ? selector : undefined;
}

async function shownRequest(
  request: PendingRequest,
  { redact, requests }: FactsOptions,
): Promise<NonNullable<PageFacts['pendingRequest']>> {
  const { method, url, isAnswered } = request;
  const shown = {
    method,
    url: visible(await shownAddress(url, redact, LONGEST_URL)),
    ms: requests.msOf(request),
  };
  return { ...shown, ...(isAnswered && { answered: true }) };
}

/** What was seen as the step was looked at, or what Playwright's call log says last. */
async function coverOf({ seen, error }: Failure, redact: Redactor): Promise<string | undefined> {
  if (seen?.answers && seen.coveredBy !== undefined) return seen.coveredBy;
  const lines = stripVTControlCharacters(messageOf(error)).split('\n');
  const elements = elementsIn(lines.findLast((line) => /intercepts pointer events/.test(line)) ?? '');
  const named = elements.find(({ names }) => names?.some(([name, value]) => name === 'id' && value));
  const cover = named ?? elements[0];
  return cover && shownElement(cover, redact);
}

/** The same in the step's error, each as a part of it. The address of the page itself is in the step that opens it. */
export function factsInWords(facts: PageFacts, reason: FailureReason | undefined): string[] {
  const { httpStatus, documents, pendingRequest, nearest } = facts;
  const isPage = reason === 'page_unanswered' || reason === 'page_stalled';
  const { method, url, answered } = pendingRequest ?? {};
  return [
    httpStatus !== undefined && `the server answered the page with ${httpStatus}`,
    documents !== undefined && `the page was loaded ${documents} times in the last 10 s`,
    pendingRequest &&
      !isPage &&
      (answered ? `the answer to ${method} ${url} did not end` : `${method} ${url} was not answered`),
    nearest && `there is ${nearest.join(', ')}`,
  ].filter((part): part is string => typeof part === 'string');
}
