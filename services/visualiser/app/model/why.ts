/*
 * What a run that goes on waits for, as sentences: the API's facts in the user's language, counted on by the clock. Pure;
 * times are epoch ms.
 */
import type { RunDetail } from '#shared/contract/runs.ts';
import { describeStep } from '#shared/events/step-text.ts';
import { shortId } from '#shared/run/short-id.ts';
import type { Texts } from '../text/en.ts';
import { formatAge } from './duration.ts';
import { nameOf } from './state-name.ts';

type WaitingFor = NonNullable<RunDetail['waitingFor']>;
export type Facts = Partial<WaitingFor>;
type Code = NonNullable<WaitingFor['code']>;

/** Put into a sentence: plain, as code, or as a link to a run. */
export type Part = string | { code: string } | { run: string };
/** `template` has the names of the parts in braces. */
export interface Sentence {
  template: string;
  parts: Readonly<Record<string, Part>>;
}

/** The pieces of a sentence in their order; the texts between the parts are strings, too. */
export const piecesOf = ({ template, parts }: Sentence): Part[] =>
  template
    .split(/\{(\w+)\}/)
    .map((piece, n) => (n % 2 === 0 ? piece : (parts[piece] ?? '')))
    .filter((piece) => piece !== '');

/** What it waits for; then since when, until when, and what happens then. */
export function sentencesOf(given: Facts, now: number, words: Texts): Sentence[] {
  // What a newer gateway knows is told in its words.
  const { code, ...others } = given;
  const facts: Facts = code !== undefined && code in words.why.codes ? given : others;
  const parts = partsOf(facts, now, words);
  const left = facts.until === undefined ? undefined : Date.parse(facts.until) - now;
  const then = THEN[kindOf(facts)](words.why, left, facts);
  const step = stepOf(facts, words.why);
  return [whatOf(facts, words.why), ...then].map((text) => ({
    template: text.replace('{step}', step),
    parts,
  }));
}

/** What it waits for in one short sentence, as it was then. */
export function shortSentence(facts: Facts, words: Texts): string {
  const [first] = sentencesOf(facts, Date.parse(facts.at ?? ''), words);
  return first === undefined ? '' : piecesOf(first).map(textOfPiece).join('');
}

const textOfPiece = (piece: Part): string =>
  typeof piece === 'string' ? piece : 'code' in piece ? piece.code : shortId(piece.run);

/** Whether the runners tell more of why it waits. */
export const isOfRunners = (facts: Facts): boolean =>
  kindOf(facts) === 'queue' && facts.code !== 'concurrency_key';

type Kind = 'queue' | 'step' | 'obstacle' | 'busy' | 'flow' | 'silent' | 'lost' | 'stopping' | 'unknown';

/** Those of a run that is being stopped are left out. */
const KINDS: Partial<Record<Code, Kind>> = {
  ...{
    no_runner: 'queue',
    no_fitting_runner: 'queue',
    runner_unavailable: 'queue',
    concurrency_key: 'queue',
  },
  ...{ user_limit: 'queue', project_limit: 'queue', slots: 'queue', runner: 'queue' },
  ...{ browser: 'flow', commit: 'flow', outcome: 'flow' },
  ...{ step: 'step', page_loading: 'obstacle', page_busy: 'busy' },
  ...{ element_missing: 'obstacle', element_hidden: 'obstacle' },
  ...{ element_covered: 'obstacle', element_disabled: 'obstacle' },
  ...{ runner_silent: 'silent', runner_lost: 'lost' },
};
const kindOf = ({ code }: Facts): Kind => (code === undefined ? 'unknown' : (KINDS[code] ?? 'stopping'));

type Words = Texts['why'];

const ofStep = (timed: keyof Words & ('taken' | 'stepTaken' | 'busyLeft')) => (why: Words, left?: number) => [
  left === undefined ? why.soFar : left > 0 ? why[timed] : why.timeIsUp,
];

/** By what it waits for; `left`: until what happens then, ms. */
const THEN: Record<Kind, (why: Words, left: number | undefined, facts: Facts) => string[]> = {
  queue: (why, left, { oldestSince }) => [
    ...(oldestSince === undefined ? [] : [why.oldest]),
    ...(left === undefined ? [] : [why.queuedLeft]),
  ],
  step: ofStep('taken'),
  obstacle: ofStep('stepTaken'),
  busy: ofStep('busyLeft'),
  flow: (why, left) => [left === undefined ? why.soFar : why.soFarLeft],
  silent: (why, left) => (left === undefined ? [] : [left > 0 ? why.leaseLeft : why.lostNow]),
  lost: (why, left = 0) => [left > 0 ? why.lostLeft : why.lostNow],
  stopping: (why, left, { leadsTo }) =>
    left === undefined ? [] : [leadsTo === 'next_rung' ? why.rungLeft : why.endLeft],
  unknown: () => [],
};

function whatOf(facts: Facts, why: Words): string {
  const { code, heldBy, matches = 1 } = facts;
  if (code === undefined) return facts.for ?? '';
  if (code === 'concurrency_key' && heldBy === undefined) return why.keyOfOther;
  const text = why.codes[code];
  if (typeof text !== 'string') return text(matches);
  return facts.unavailable === undefined ? text.replace(' {unavailable}', '') : text;
}

function partsOf(facts: Facts, now: number, words: Texts): Sentence['parts'] {
  const { why, stop, system } = words;
  const { code, since, until, ahead = 0 } = facts;
  const ago = (time: string | undefined) => formatAge(time === undefined ? 0 : now - Date.parse(time));
  const leftMs = until === undefined ? 0 : Math.max(0, Date.parse(until) - now);
  return {
    action: { code: actionOf(facts) },
    selector: { code: facts.selector ?? '' },
    age: ago(since),
    ...spentOf(facts, now),
    left: formatAge(Math.ceil(leftMs / 1_000) * 1_000),
    labels: { code: (facts.labels ?? []).join(', ') },
    key: { code: facts.concurrencyKey ?? '' },
    run: facts.heldBy === undefined ? '' : { run: facts.heldBy },
    limit: String(facts.limit ?? ''),
    slots: String(facts.slots ?? ''),
    oldest: ago(facts.oldestSince),
    place: ahead === 0 ? why.next : why.ahead(ahead, facts.aheadIsMore === true),
    runner: { code: facts.runner?.slice(0, 8) ?? '' },
    unavailable: textOf(system.unavailable, facts.unavailable),
    leads: why.leads[facts.leadsTo === 'requeue' ? 'requeue' : 'fail'],
    rung: { code: facts.nextRung === undefined ? '' : nameOf(facts.nextRung) },
    stopping: textOf(stop.waiting, code),
  };
}

/** Of a code that another version has: the code. */
const textOf = (texts: Readonly<Record<string, string>>, code = ''): string =>
  Object.hasOwn(texts, code) ? texts[code]! : code;

/** Not again with what is told of its selector. */
const actionOf = (facts: Facts): string =>
  facts.code?.startsWith('element_') ? (facts.action ?? '') : describeStep(facts);

export const stepOf = ({ step = 0, phase }: Pick<Facts, 'step' | 'phase'>, why: Words): string =>
  phase === 'onCancel' ? why.cleanup(step + 1) : why.step(step + 1);

/** Seconds of seconds, as long as those can be grasped. */
function spentOf({ since, until }: Facts, now: number): { spent: string; all: string } {
  const from = since === undefined ? now : Date.parse(since);
  const [spent, all] = [Math.max(0, now - from), until === undefined ? 0 : Date.parse(until) - from];
  const isShort = all <= 300_000;
  return {
    spent: isShort ? String(Math.floor(spent / 1_000)) : formatAge(spent),
    all: isShort ? `${Math.round(all / 1_000)} s` : formatAge(all),
  };
}
