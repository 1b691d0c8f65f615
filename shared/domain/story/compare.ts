/*
 * Two runs beside each other: their steps, paired by what they do, which of them differ and how, and what the page said in one
 * that it did not say in the other. Pure. Numbers, ids and times in texts differ in each run, and so do not count.
 */

import type { RunEvent } from '#shared/domain/events/events.ts';
import type { LastLook } from '#shared/domain/events/last-look.ts';
import type { Said } from '#shared/domain/events/said.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import {
  attemptOf,
  type History,
  historyOf,
  type Point,
  type StepOutcome,
  type StepSpan,
} from './history.ts';
import { tookUntil } from './moment.ts';
import { isNotable } from './notable.ts';
import { pairs } from './pairs.ts';
import { withEvents } from './when.ts';
import { withoutVariable } from './without-variable.ts';

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
  /** The first step that differs; one that is only slower is that if no other differs. */
  first: ComparedStep | undefined;
  /** The runs have not done the same steps. */
  isOtherFlow: boolean;
  /** The page on which each ended, as far as that is known. */
  left: Both<LeftAt>;
  isLeftElsewhere: boolean;
}

const OTHER_FLOW: readonly Way[] = ['does', 'added', 'missing'];

export function compareRuns(here: ComparedRun, there: ComparedRun): Comparison {
  const [story, storyThere] = [storyOf(here), storyOf(there)];
  const [own, other] = [stepsOf(story), stepsOf(storyThere)];
  // A page of another site is the same page.
  const [site, otherSite] = [siteOf(here), siteOf(there)];
  const paired = pairs(own, other, ({ step }, isHere) => doingOf(step, isHere ? site : otherSite));
  const newsIn = newsBeside(other, site, otherSite);
  const last = paired.findLastIndex((pair) => pair.here);
  const steps = paired.map(({ isSame, ...pair }, n): ComparedStep => {
    const news = newsIn(pair.here?.said ?? []);
    return { ...pair, news, ways: waysOf({ ...pair, news }, { isSame, isAfter: n > last }) };
  });
  const left = { here: leftOf(story, own), there: leftOf(storyThere, other) };
  const [url, otherUrl] = [left.here?.url, left.there?.url];
  return {
    steps,
    first:
      steps.find(({ ways }) => ways.some((way) => way !== 'slower')) ??
      steps.find(({ ways }) => ways.length > 0),
    isOtherFlow: steps.some(({ ways }) => ways.some((way) => OTHER_FLOW.includes(way))),
    left,
    isLeftElsewhere:
      url !== undefined &&
      otherUrl !== undefined &&
      withoutVariable(url, site) !== withoutVariable(otherUrl, otherSite),
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

/** What a step does; how often it is tried, and for how long, is something else. */
function doingOf({ note, timeoutMs, retry, optional, atomic, ...doing }: EventStep, site: string): string {
  return withoutVariable(JSON.stringify(Object.entries(doing).toSorted(byName)), site);
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** A step that takes so many times as long, and so much longer, has something to tell. */
const SLOWER = { times: 2, ms: 1_000 };

function waysOf(
  { here, there, news }: Omit<ComparedStep, 'ways'>,
  { isSame, isAfter }: { isSame: boolean; isAfter: boolean },
): Way[] {
  if (!here) return [isAfter ? 'unreached' : 'missing'];
  const more = there ? tookBy(here) - tookBy(there) : 0;
  const ways: Record<Exclude<Way, 'missing' | 'unreached'>, boolean> = {
    does: there !== undefined && !isSame,
    added: !there,
    outcome: there !== undefined && endOf(here) !== endOf(there),
    said: news.some(isTelling),
    slower: there !== undefined && more >= SLOWER.ms && tookBy(here) >= SLOWER.times * tookBy(there),
  };
  return (Object.keys(ways) as (keyof typeof ways)[]).filter((way) => ways[way]);
}

/** How long a step took, ms. */
export const tookBy = ({ began, ended }: StepSpan): number => tookUntil(began, ended, began.at);

/** How a step ended, in the words of a comparison. */
export type ComparedEnd = StepOutcome | 'skipped' | 'optional';
export const endOf = ({ outcome, skipped, optional }: StepSpan): ComparedEnd =>
  skipped ? 'skipped' : optional ? 'optional' : outcome;

/** A document is news wherever it leads; what is only logged is not. */
export const isTelling = ({ said }: NewSaid): boolean => said.kind === 'navigation' || isNotable(said);

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

/** The last look at a page, else its last document. */
function leftOf({ lastLook }: History, steps: readonly StepSpan[]): LeftAt | undefined {
  if (lastLook) {
    const { url, title, screenshotPath } = lastLook;
    return { url, title, screenshotPath };
  }
  const last = steps.flatMap(({ said = [] }) => said).findLast(({ kind }) => kind === 'navigation');
  return last?.url === undefined ? undefined : { url: last.url };
}
