/*
 * Two runs beside each other: their steps, paired by what they do, which of them differ and how, and what the page said in one
 * that it did not say in the other. Pure. Numbers, ids and times in texts differ in each run, and so do not count.
 */

import type { RunEvent } from '#shared/domain/events/events.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { Said } from '#shared/domain/events/said.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { historyOf } from './evolve.ts';
import { attemptOf, type History, type Point, type StepOutcome, type StepSpan } from './history.ts';
import { tookUntil } from './moment.ts';
import { isNotable } from './notable.ts';
import { type PairKeys, pairs } from './pairs.ts';
import { withEvents } from './when.ts';
import { withoutSite, withoutVariable } from './without-variable.ts';

/** A run in the form of the API. */
export interface ComparedRun {
  startedAt: string;
  baseUrl: string;
  events?: readonly RunEvent[] | undefined;
}

/** `here` is the run that is looked at, `there` the one that it is compared with. */
export interface Both<Value> {
  here?: Value | undefined;
  there?: Value | undefined;
}

/**
 * How a step differs: it does something else; the other run has none such (`added`), or this one has not (`missing`), or has not
 * come to it (`unreached`); how it ended; what its page said; it took much longer.
 */
export type Way = 'does' | 'added' | 'missing' | 'unreached' | 'outcome' | 'said' | 'slower';

export interface ComparedStep extends Both<StepSpan> {
  /** The most telling first; empty if it does not differ. */
  ways: readonly Way[];
  /** What the page said in it, and nowhere in the other run. */
  news: readonly NewSaid[];
}

export interface NewSaid {
  said: Said & Point;
  /** What it said there of the same document or request. */
  instead?: Said | undefined;
}

export type LeftAt = Pick<LastLook, 'url' | 'title' | 'screenshotPath'>;

export interface Comparison {
  steps: readonly ComparedStep[];
  /** The first step that did something else or ended otherwise, else the first that differs; one that is only slower comes last. */
  first: ComparedStep | undefined;
  /** The first step before that one whose page said what it did not say then. */
  earlier: ComparedStep | undefined;
  /** The runs have not done the same steps. */
  isOtherFlow: boolean;
  /** The page on which each ended, as far as that is known. */
  left: Both<LeftAt>;
  /** Where each ended, if that differs: known of both in the same way. */
  elsewhere: Elsewhere | undefined;
}
interface BothEnds {
  here: LeftAt;
  there: LeftAt;
}
interface Elsewhere extends BothEnds {
  /** Each is the last document, which is not where the script of a page may have gone from there. */
  isDocument: boolean;
}

const OTHER_FLOW: readonly Way[] = ['does', 'added', 'missing'];
const OTHERWISE: readonly Way[] = [...OTHER_FLOW, 'outcome'];

export function compareRuns(here: ComparedRun, there: ComparedRun): Comparison {
  const [story, storyThere] = [storyOf(here), storyOf(there)];
  const [own, other] = [stepsOf(story), stepsOf(storyThere)];
  // A page of another site is the same page.
  const [site, otherSite] = [siteOf(here), siteOf(there)];
  const paired = pairs(own, other, ({ step }, isHere) => keysOf(step, isHere ? site : otherSite));
  const newsIn = newsBeside(other, site, otherSite);
  const last = paired.findLastIndex((pair) => pair.here);
  const steps = paired.map(({ isSame, ...pair }, n): ComparedStep => {
    const news = newsIn(pair.here?.said ?? []);
    return { ...pair, news, ways: waysOf({ ...pair, news }, { isSame, isAfter: n > last }) };
  });
  const looks = { here: lookOf(story), there: lookOf(storyThere) };
  const documents = { here: documentOf(own), there: documentOf(other) };
  return {
    steps,
    ...firstOf(steps),
    isOtherFlow: steps.some(({ ways }) => ways.some((way) => OTHER_FLOW.includes(way))),
    left: { here: looks.here ?? documents.here, there: looks.there ?? documents.there },
    elsewhere: elsewhereOf(
      looks,
      documents,
      ({ here: at, there: atThere }) =>
        withoutVariable(at.url, site) === withoutVariable(atThere.url, otherSite),
    ),
  };
}

/** The step that says most, and the one before it that may be why. */
function firstOf(steps: readonly ComparedStep[]): Pick<Comparison, 'first' | 'earlier'> {
  const otherwise = steps.find(({ ways }) => ways.some((way) => OTHERWISE.includes(way)));
  const differing = steps.find(({ ways }) => ways.some((way) => way !== 'slower'));
  return {
    first: otherwise ?? differing ?? steps.find(({ ways }) => ways.length > 0),
    earlier: otherwise && differing !== otherwise ? differing : undefined,
  };
}

const storyOf = ({ startedAt, events = [] }: ComparedRun): History =>
  historyOf(Date.parse(startedAt), withEvents([], events));

/** The flow's steps, as they were begun in the last attempt. */
function stepsOf(history: History): StepSpan[] {
  const last = attemptOf(history);
  return history.steps.filter(({ phase, attempt }) => phase === 'flow' && attempt === last);
}

/** Without an address there is no site. */
const siteOf = ({ baseUrl }: ComparedRun): string => /^\w+:\/\/[^/?#]+/.exec(baseUrl)?.[0] ?? '';

/** What a step does; how often it is tried, and for how long, is something else. Only addresses differ in each run. */
function keysOf({ note, timeoutMs, retry, optional, atomic, ...doing }: EventStep, site: string): PairKeys {
  const text = (step: EventStep) => JSON.stringify(Object.entries(step).toSorted(byName));
  const url = doing.url === undefined ? {} : { url: withoutVariable(doing.url, site) };
  return {
    exact: withoutSite(text({ ...doing, ...url }), site),
    loose: withoutVariable(text(doing), site),
  };
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** A step that takes so many times as long, and so much longer, has something to tell. */
const SLOWER = { times: 2, ms: 1_000 };

function waysOf(
  { here, there, news }: Omit<ComparedStep, 'ways'>,
  { isSame, isAfter }: { isSame: boolean; isAfter: boolean },
): Way[] {
  if (!here) return [isAfter ? 'unreached' : 'missing'];
  const [took, tookThere] = [tookBy(here), there && tookBy(there)];
  const ways: Record<Exclude<Way, 'missing' | 'unreached'>, boolean> = {
    does: there !== undefined && !isSame,
    added: !there,
    outcome: there !== undefined && endOf(here) !== endOf(there),
    said: news.some(isTelling),
    slower:
      took !== undefined &&
      tookThere !== undefined &&
      took - tookThere >= SLOWER.ms &&
      took >= SLOWER.times * tookThere,
  };
  return (Object.keys(ways) as (keyof typeof ways)[]).filter((way) => ways[way]);
}

/** How long a step took, ms; undefined while it is under way. */
export const tookBy = ({ began, ended }: StepSpan): number | undefined =>
  ended && tookUntil(began, ended, ended.at);

/** How a step ended, in the words of a comparison. */
export type ComparedEnd = StepOutcome | 'skipped' | 'optional';
export const endOf = ({ outcome, skipped, optional }: StepSpan): ComparedEnd =>
  skipped ? 'skipped' : optional ? 'optional' : outcome;

/** A document with another status is; one with another address, which may be an id, and what is only logged are not. */
export const isTelling = ({ said, instead }: NewSaid): boolean =>
  isNotable(said) || (said.kind === 'navigation' && instead !== undefined && instead.status !== said.status);

/** Finds what was said that none of these steps has heard: each once. */
function newsBeside(steps: readonly StepSpan[], site: string, otherSite: string) {
  const others = steps.flatMap(({ said = [] }) => said);
  const known = new Set(others.map((said) => sayingOf(said, otherSite)));
  const asked = new Map(others.map((said) => [askedOf(said, otherSite), said]));
  return (said: readonly (Said & Point)[]): NewSaid[] =>
    said.flatMap((one) => {
      const saying = sayingOf(one, site);
      if (known.has(saying)) return [];
      known.add(saying);
      return [{ said: one, instead: one.url === undefined ? undefined : asked.get(askedOf(one, site)) }];
    });
}

/** What is the same where a page says the same again; how often, and after how long, is not. */
function sayingOf({ ms, count, bytes, path, ...said }: Said & Partial<Point>, site: string): string {
  const { seq, at, isBound, status, ...texts } = said;
  return `${status ?? ''} ${withoutVariable(JSON.stringify(Object.entries(texts).toSorted(byName)), site)}`;
}

const askedOf = ({ kind, method = '', url = '' }: Said, site: string): string =>
  `${kind} ${method} ${withoutVariable(url, site)}`;

function lookOf({ lastLook }: History): LeftAt | undefined {
  if (!lastLook) return undefined;
  const { url, title, screenshotPath } = lastLook;
  return { url, title, screenshotPath };
}

function documentOf(steps: readonly StepSpan[]): LeftAt | undefined {
  const last = steps.flatMap(({ said = [] }) => said).findLast(({ kind }) => kind === 'navigation');
  return last?.url === undefined ? undefined : { url: last.url };
}

/** A look has the route of a page, a document does not: one is never held against the other. */
function elsewhereOf(
  looks: Both<LeftAt>,
  documents: Both<LeftAt>,
  isSame: (both: BothEnds) => boolean,
): Elsewhere | undefined {
  const isDocument = !(looks.here && looks.there);
  const { here, there } = isDocument ? documents : looks;
  return here && there && !isSame({ here, there }) ? { here, there, isDocument } : undefined;
}
