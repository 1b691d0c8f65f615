/*
 * Checks the page while a step waits: whether it answers, how many elements match, what blocks the first, what hangs. Owns one
 * check at a time, for all watchers (I13). What is known holds until something else is certain. No step is delayed.
 */
import type { Page } from 'playwright';
import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { PendingRequests } from '../pending-requests.ts';
import { untraced } from '../playwright-trace/untraced.ts';
import { shownAddress } from '../shown-address.ts';
import { emptyPageAnswers } from './empty-page.ts';
import { type ElementLook, lookAtElements } from './look-at-elements.ts';
import { type MainThread, scriptShare, type WorkDone } from './main-thread.ts';
import { documentFacts, isErrorPage, type Navigation } from './navigation.ts';

type Answered = Extract<PageLook, { answers: true }>;

/** `key`: what is looked at, since another step has another selector. */
export type LookAtPage = (key: string, selector: string | undefined) => Promise<PageLook>;

export interface LookAtPageOptions {
  page: Page;
  navigation: Pick<Navigation, 'pending' | 'failed' | 'status' | 'documents'>;
  requests: Pick<PendingRequests, 'hanging'>;
  mainThread: MainThread;
  redact: Redactor;
  /** Epoch ms. */
  now(): number;
}

/** A look waits for its page so long at most, ms. */
const LOOK_MS = 500;
/** A page that takes longer to answer is busy, ms, if an empty page that is opened then answers before it. */
const BUSY_MS = 1_000;
/** When that is opened, ms. */
const COMPARE_MS = 200;
/** How long one answer serves all watchers, ms. */
const GOOD_MS = 1_000;
/** A search that takes longer is said to, ms. */
const SLOW_MS = 500;
/** So many times as long as it took, no further search burdens the page. */
const REST = 10;
/** How long what was known of the elements may hold, ms. */
const HOLD_MS = 10_000;
/** How long the main thread may take to say what it does, ms. */
const TELLS_MS = 100;
/** The search for a selector in a page so large takes long by itself; it is script, too. */
const MANY_NODES = 100_000;
/** How long the main thread is watched before its work is judged, s. */
const LEAST_S = 0.5;
/** A script that took less of the time is not what holds up a page. */
const LEAST_SHARE = 0.5;

/** A question, and what the main thread had done before it. */
interface Asked<Answer> {
  /** Epoch ms. */
  at: number;
  answer: Promise<Answer>;
  /** How long it took, ms; undefined while the page has not answered. */
  tookMs?: number;
  before?: WorkDone | undefined;
}
interface Beat extends Asked<unknown> {
  /** Undefined while it is not compared. */
  comparing?: Promise<void> | undefined;
  /** An empty page has answered before it. */
  isAlone: boolean;
}
interface Search extends Asked<ElementLook | undefined> {
  key: string;
}

export function createLookAtPage(options: LookAtPageOptions): LookAtPage {
  const { page, navigation, now } = options;
  const elements = createElementLooks(options);
  let last: Beat | undefined;

  const beatNow = (): Beat => {
    const isGood = last && (last.tookMs === undefined || now() - last.at - last.tookMs < GOOD_MS);
    if (last && isGood) return last;
    const answered = asked(options, () => untraced(page, () => page.evaluate('0')));
    const beat: Beat = Object.assign(answered, { isAlone: false });
    void timed(beat, now);
    void settlesWithin(beat.answer, COMPARE_MS).then((isSoon) => {
      // Before its document has come, a page that is asked for answers nothing.
      if (!isSoon && !navigation.pending && !isErrorPage(page)) beat.comparing ??= compare(page, beat);
    });
    last = beat;
    return beat;
  };

  const loading = (key: string) => (isLoadingLong(options) ? LOADING : elements.held(key));

  async function lookNow(key: string, selector: string | undefined): Promise<PageLook> {
    const left = leftOf(LOOK_MS);
    const beat = beatNow();
    // Asked while it is waited for the page, which may take its time.
    const telling = now() - beat.at < BUSY_MS - LOOK_MS ? undefined : tell(options);
    if (await settlesWithin(beat.answer, left()))
      return selector === undefined ? { answers: true } : elements.look(key, selector, left);
    if (navigation.pending) return loading(key);
    if (isErrorPage(page)) return { answers: true };
    if (now() - beat.at < BUSY_MS) return elements.held(key);
    beat.comparing ??= compare(page, beat);
    const work = telling ?? tell(options);
    const isSought = selector !== undefined && beat.isAlone;
    if (isSought && (await isSearched(options, work))) return elements.searched(key);
    if (beat.isAlone && (await isScriptCertain(beat, work))) return { answers: false, since: beat.at };
    return { ...elements.held(key), silent: true };
  }

  return async (key, selector) => {
    const look = navigation.pending ? loading(key) : await lookNow(key, selector);
    // What is asked for takes the place of the document that is known.
    const document = look.answers && !look.loading ? documentFacts(navigation) : {};
    return { ...look, ...document, ...(await hangingNow(options)) };
  };
}

function leftOf(ms: number): () => number {
  const end = performance.now() + ms;
  return () => Math.max(0, end - performance.now());
}

const LOADING: PageLook = { answers: true, loading: true };

/** A document that was asked for just now, or is answered, may be here in a moment; not so Chromium's page for an error. */
function isLoadingLong({ navigation, requests, now }: LookAtPageOptions): boolean {
  if (navigation.failed) return true;
  const asked = requests.hanging();
  return asked?.isPage === true && now() - asked.since >= BUSY_MS;
}

/** What is known of the elements of the step that was looked at last. */
function createElementLooks(options: LookAtPageOptions) {
  const { page, redact, now } = options;
  let last: Search | undefined;
  let known: { key: string; at: number; look: Answered } | undefined;

  const searchNow = (key: string, selector: string): Search => {
    const isGood = (search: Search) =>
      search.tookMs === undefined ||
      now() - search.at - search.tookMs < Math.max(GOOD_MS, REST * search.tookMs);
    if (last?.key === key && isGood(last)) return last;
    last = Object.assign(
      asked(options, () => lookAtElements(page, selector, redact)),
      { key },
    );
    void timed(last, now);
    return last;
  };

  const held = (key: string): Answered =>
    known?.key === key && now() - known.at < HOLD_MS ? known.look : { answers: true };

  /** A search goes on. */
  const searched = (key: string): Answered =>
    known?.key === key ? held(key) : { answers: true, searching: true };

  async function look(key: string, selector: string, left: () => number): Promise<Answered> {
    const search = searchNow(key, selector);
    if (await settlesWithin(search.answer, left())) {
      const found = await search.answer;
      // Nothing is known of a page between two documents.
      if (!found) return held(key);
      const { tookMs = 0 } = search;
      const isSlow = tookMs >= SLOW_MS && isLarge(options);
      known = { key, at: now(), look: { answers: true, ...found, ...(isSlow && { searchMs: tookMs }) } };
      return known.look;
    }
    return now() - search.at >= SLOW_MS && isLarge(options) ? searched(key) : held(key);
  }

  return { look, held, searched };
}

function asked<Answer>(
  { mainThread, now }: LookAtPageOptions,
  ask: () => Promise<Answer>,
): Asked<Answer | undefined> {
  const question: Asked<Answer | undefined> = { at: now(), answer: ask().catch(() => undefined) };
  void mainThread.workDone().then((before) => {
    question.before ??= before;
  });
  return question;
}

async function timed(question: Asked<unknown>, now: () => number): Promise<void> {
  await question.answer;
  question.tookMs = now() - question.at;
}

async function compare(page: Page, beat: Beat): Promise<void> {
  beat.isAlone = await emptyPageAnswers(page.context().browser()!);
  if (!beat.isAlone) beat.comparing = undefined;
}

const tell = ({ mainThread }: LookAtPageOptions): Promise<WorkDone | 'unknown'> =>
  mainThread.workDone().then((work) => work ?? 'unknown');

/** Whether it is certain that most of the time since then went into scripts, and none of it into a search of ours. */
async function isScriptCertain(
  beat: Asked<unknown>,
  telling: Promise<WorkDone | 'unknown'>,
): Promise<boolean> {
  if (!(await settlesWithin(telling, TELLS_MS))) return false;
  const after = await telling;
  if (after === 'unknown') return true; // nor will it ever be certain
  beat.before ??= after;
  // The sums of a shorter time say too little.
  if (after.at - beat.before.at < LEAST_S || after.nodes >= MANY_NODES) return false;
  const share = scriptShare(beat.before, after);
  return share !== undefined && share >= LEAST_SHARE;
}

/** A search that takes long in a small page waits for the machine. */
const isLarge = ({ mainThread }: LookAtPageOptions): boolean => mainThread.nodes >= MANY_NODES;

/** What Chromium tells while a script runs it does not tell within a search. */
const isSearched = async (options: LookAtPageOptions, telling: Promise<unknown>): Promise<boolean> =>
  isLarge(options) && !(await settlesWithin(telling, TELLS_MS));

const LONGEST_URL = 300;

async function hangingNow({
  requests,
  navigation,
  redact,
}: LookAtPageOptions): Promise<Pick<PageLook, 'request'>> {
  const hanging = requests.hanging();
  // A page that is asked for waits for nothing that the one before had asked for.
  if (!hanging || (navigation.pending && !hanging.isPage)) return {};
  const { method, url, since, isAnswered } = hanging;
  const request = { method, url: await shownAddress(url, redact, LONGEST_URL), since };
  return { request: { ...request, ...(isAnswered && { answered: true }) } };
}
