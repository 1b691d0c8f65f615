/*
 * What a run that goes on waits for, in the words of a language, counted on by the clock: what the API, the page, the CLI and
 * the MCP tools say. Pure; times are epoch ms.
 */
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { Payload } from '#shared/domain/events/events.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { waitOf } from '#shared/domain/story/wait-of.ts';
import {
  isStoppingWait,
  isWaitCode,
  WAIT_TRAITS,
  type WaitCode,
  type WaitKind,
} from '#shared/domain/story/waits.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import type { Words } from './en.ts';
import { code, fill, type Parts, type Piece, quote, type Sentence, shortCode } from './pieces.ts';
import { stateName } from './state-name.ts';

/** What is known of a wait; what is unknown is left out. */
export type Facts = Partial<WaitingFor>;

type Waited = NonNullable<Payload<'run_end'>['waitedFor']>;

/** First what it waits for; then since when, until when, and what happens then. */
export function say(facts: Facts, words: Words, now: number): Sentence[] {
  // A code of a newer gateway is shown in that gateway's words.
  if (!isWaitCode(facts.code)) return facts.for === undefined ? [] : [[facts.for]];
  const parts = partsOf(facts, words, now);
  const left = facts.until === undefined ? undefined : Date.parse(facts.until) - now;
  const what = fill(whatOf(facts.code, facts, words), parts) ?? [bareOf(facts.code, words)];
  const then = [
    ...besidesOf(facts),
    ...THEN[WAIT_TRAITS[facts.code].kind](left, facts),
    ...furtherOf(facts, now),
  ].map((name) => fill(words.besides[name], parts));
  return [what, ...then.filter((sentence) => sentence !== undefined)];
}

/** What is so beside what it waits for. */
function furtherOf({ leaving, pageUnseen, parked }: Facts, now: number): Then[] {
  const isSoon = leaving?.until === undefined || Date.parse(leaving.until) <= now;
  return [
    ...(parked ? (['withoutRunner'] as const) : []),
    ...(pageUnseen ? (['pageUnseen'] as const) : []),
    ...(leaving ? ([isSoon ? 'leavingSoon' : 'leaving'] as const) : []),
  ];
}

/** It is stopped before its step has to be over: it does not fail by that. */
const leavesBefore = ({ leaving, until }: Facts): boolean =>
  leaving?.until !== undefined && until !== undefined && Date.parse(leaving.until) < Date.parse(until);

/** What a run waited for, once that is over; nothing of a code that is not known here. */
export function sayWaited({ code: wait, ...facts }: Waited, words: Words): Sentence[] {
  const template = textIn(words.waited, wait, undefined);
  const sentence = template === undefined ? undefined : fill(template, partsOf(facts, words, 0));
  return sentence ? [sentence] : [];
}

function whatOf(wait: WaitCode, { matches }: Facts, words: Words): string {
  if (isStoppingWait(wait)) return words.stopping;
  const text = words.waits[wait];
  if (typeof text === 'string') return text;
  return matches === undefined ? bareOf(wait, words) : text(matches);
}

const bareOf = (wait: WaitCode, { bare }: Words): string => textIn(bare, wait, '');

type Then = keyof Words['besides'];

/** What of the step the sentence does not name by itself. */
const unnamedOf = ({ code: wait, action = '', selector = '', url = '' }: Facts) => ({
  action,
  ...(!wait?.startsWith('element_') && { selector, ...(!isOfRequest(wait) && { url }) }),
});
const isOfRequest = (wait: WaitCode | undefined): boolean =>
  wait === 'page_loading' || wait === 'page_stalled';

/** What is known of the page besides what the sentence before says. */
function besidesOf({ code: wait, searchMs, httpStatus, documents, request }: Facts): Then[] {
  const hanging = request?.answered ? 'unended' : 'hanging';
  return [
    ...(httpStatus === undefined ? [] : ['httpStatus' as const]),
    ...(documents === undefined ? [] : ['documents' as const]),
    ...(searchMs === undefined ? [] : ['search' as const]),
    ...(request && !isOfRequest(wait) ? [hanging as Then] : []),
  ];
}

const ofStep =
  (timed: Then) =>
  (left: number | undefined, facts: Facts): Then[] => [
    left === undefined || leavesBefore(facts) ? 'soFar' : left > 0 ? timed : 'timeIsUp',
  ];

/** What is said besides, for each kind; `left`: until what happens then, ms. What is not known is left out of it. */
const THEN: Record<WaitKind, (left: number | undefined, facts: Facts) => Then[]> = {
  queue: (_, { code: wait, oldest }) =>
    // That names the labels itself.
    wait === 'no_fitting_runner'
      ? ['queuedLeft']
      : ['needs', oldest === undefined ? 'oldest' : 'oldestRun', 'queuedLeft'],
  key: () => ['queuedLeft'],
  step: ofStep('taken'),
  obstacle: ofStep('stepTaken'),
  busy: ofStep('busyLeft'),
  person: (left, { code: wait, leadsTo }) => {
    if (left === undefined) return [];
    if (left <= 0) return ['timeIsUp'];
    if (wait === 'resume') return ['resumeLeft'];
    return [leadsTo === 'fail' ? 'answerLeft' : 'answerLeftOn'];
  },
  flow: (left, facts) => [left === undefined || leavesBefore(facts) ? 'soFar' : 'soFarLeft'],
  silent: (left) => (left === undefined ? [] : [left > 0 ? 'leaseLeft' : 'lostNow']),
  lost: (left = 0) => [left > 0 ? 'lostLeft' : 'lostNow'],
  stopping: (_, { leadsTo }) => [leadsTo === 'next_rung' ? 'rungLeft' : 'endLeft'],
};

function partsOf(facts: Facts, words: Words, now: number): Parts {
  const { code: wait, since, until, ahead, heldBy, leadsTo, nextRung, unavailable } = facts;
  const { request } = facts;
  const ago = (time: string | undefined) => time && formatAge(now - Date.parse(time));
  // What is not a second old is no age yet.
  const forSeconds = (time: string | undefined) =>
    time && now - Date.parse(time) >= 1_000 ? ago(time) : undefined;
  const text = (value: number | undefined) => value?.toString();
  return {
    step: stepOf(facts, describeStep(unnamedOf(facts)), words),
    selector: shortCode(facts.selector),
    cover: code(facts.coveredBy) ?? words.another,
    question: quote(facts.question?.text),
    pause: facts.paused?.text ? quote(facts.paused.text) : undefined,
    ...pageOf(facts),
    requestAge: forSeconds(request?.since),
    age: wait === 'page_busy' ? forSeconds(since) : ago(since),
    ...spentOf(facts, now),
    left: leftUntil(until, now),
    labels: code(facts.labels?.join(', ')),
    holder: heldBy === undefined ? words.otherHolder : fill(words.holder, { run: { run: heldBy } }),
    key: code(facts.concurrencyKey),
    limit: text(facts.limit),
    slots: text(facts.slots),
    running: text(facts.running),
    project: code(facts.projectLabel),
    heard: ago(facts.lastHeard),
    oldest: ago(facts.oldestSince),
    oldestRun: facts.oldest === undefined ? undefined : { run: facts.oldest },
    leavingLeft: leftUntil(facts.leaving?.until, now),
    place: ahead === undefined ? undefined : placeOf(ahead, facts.aheadIsMore === true, words),
    runner: code(facts.runner?.slice(0, 8)),
    // A reason of another version is shown as its code.
    unavailable: unavailable && textIn(words.unavailable, unavailable, unavailable),
    leads: leadsTo && words.leads[leadsTo === 'requeue' || leadsTo === 'park' ? leadsTo : 'fail'],
    rung: nextRung === undefined ? undefined : rungOf(stateName(nextRung), words),
    stopping: isWaitCode(wait) && isStoppingWait(wait) ? words.stoppingFor[wait] : undefined,
  };
}

/** What is known of its page besides its elements. */
const pageOf = ({ request, searchMs, httpStatus, documents }: Facts): Parts => ({
  search: searchMs === undefined ? undefined : formatDuration(searchMs),
  request: request && [`${request.method} `, { code: request.url }],
  status: httpStatus?.toString(),
  documents: documents?.toString(),
});

const leftUntil = (time: string | undefined, now: number): string | undefined =>
  time && formatAge(Math.ceil(Math.max(0, Date.parse(time) - now) / 1_000) * 1_000);

const placeOf = (ahead: number, isMore: boolean, words: Words): string =>
  ahead === 0 && !isMore ? words.next : words.ahead(ahead, isMore);

const rungOf = (state: string, { rungs, otherRung }: Words): Piece | Sentence | undefined =>
  textIn(rungs, state, undefined) ?? fill(otherRung, { state: code(state) });

/** The text of a code, or `other` for a code that is unknown here. */
export const textIn = <Other, Text = string>(
  texts: Readonly<Record<string, Text>>,
  key: string,
  other: Other,
): Text | Other => (Object.hasOwn(texts, key) ? texts[key]! : other);

/** Undefined if it is not known which step it is. */
export function stepOf(
  { step, phase }: Pick<Facts, 'step' | 'phase'>,
  action: string | undefined,
  words: Words,
): Sentence | undefined {
  if (step === undefined) return undefined;
  const template = phase === 'onCancel' ? words.cleanup(step + 1) : words.step(step + 1);
  return fill(template, { action: shortCode(action) });
}

/** Seconds of seconds, as long as those can be grasped. */
function spentOf({ since, until }: Facts, now: number): { spent?: Piece; all?: Piece } {
  if (since === undefined || until === undefined) return {};
  const [spent, all] = [now - Date.parse(since), Date.parse(until) - Date.parse(since)];
  return all <= 300_000
    ? { spent: String(Math.floor(Math.max(0, spent) / 1_000)), all: `${Math.round(all / 1_000)} s` }
    : { spent: formatAge(spent), all: formatAge(all) };
}

/** A run as lists have it. */
interface Listed {
  status: Status;
  state: string;
  owner?: string | undefined;
  attempt?: number | undefined;
  stepCount?: number | undefined;
  steps: readonly { attempt?: number | undefined }[];
}

/** What a run that goes on waits for, as far as its row tells, in a few words; the run itself tells more. */
export function sayListed(run: Listed, words: Words): string | undefined {
  const { listed, stoppingFor } = words;
  const wait = waitOf(run);
  switch (wait) {
    case undefined:
      return undefined;
    case 'runner':
    case 'browser':
    case 'outcome':
    case 'answer':
    case 'resume':
    case 'pausing':
    case 'sealing':
    case 'person':
      return listed[wait];
    case 'step':
    case 'commit': {
      const { steps, stepCount, attempt = 1 } = run;
      const done = steps.filter((step) => (step.attempt ?? 1) === attempt).length;
      const now = wait === 'step' ? done + 1 : Math.max(1, done);
      return listed.step(Math.min(now, stepCount ?? now), stepCount);
    }
    default:
      return listed.stopping(stoppingFor[wait]);
  }
}
