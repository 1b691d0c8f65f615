/* How two runs of one flow differ, in the words of a language. Pure. */
import {
  type ComparedStep,
  type Comparison,
  endOf,
  isTelling,
  type LeftAt,
  type NewSaid,
  tookBy,
  type Way,
} from '#shared/domain/story/compare.ts';
import { formatDuration } from './duration.ts';
import type { Words } from './en.ts';
import type { ComparisonWords } from './en-comparison.ts';
import { code, fill, type Parts, type Piece, type Sentence } from './pieces.ts';
import { stepOf } from './say.ts';
import { sayAnswer, sayPage } from './say-page.ts';
import { describeStep } from './step-text.ts';

/** A run, as far as it may be another than the one beside it before its first step. */
export interface Begun {
  baseUrl: string;
  flow?: { name: string; version: number } | undefined;
}

export interface ComparisonTexts {
  words: Words;
  comparison: ComparisonWords;
}

/** The first step that differs, and in what: the one sentence that says most. */
export function sayFirst({ first }: Comparison, texts: ComparisonTexts): Sentence {
  const { words, comparison } = texts;
  const step = first && (first.here ?? first.there);
  if (!step) return [comparison.none];
  const { index, phase } = step;
  const ways = first.ways.flatMap((way, n) => [...(n === 0 ? [] : ['; ']), ...sayWay(first, way, texts)]);
  return fill(comparison.first, {
    step: stepOf({ step: index, phase }, describeStep(step.step), words),
    ways,
  })!;
}

/** What differs besides the steps: the version of the flow, the site, where each ended. */
export function sayAround(
  { isOtherFlow, left, isLeftElsewhere }: Comparison,
  here: Begun,
  there: Begun,
  { comparison: words }: ComparisonTexts,
): Sentence[] {
  const isOtherVersion =
    here.flow !== undefined &&
    here.flow.name === there.flow?.name &&
    here.flow.version !== there.flow.version;
  return [
    isOtherVersion
      ? [words.versions(there.flow!.version, here.flow!.version)]
      : isOtherFlow && [words.otherSteps],
    here.baseUrl !== there.baseUrl && fill(words.sites, { site: code(there.baseUrl) }),
    isLeftElsewhere &&
      fill(words.left, {
        url: code(left.here?.url),
        title: titleOf(left.here),
        urlThere: code(left.there?.url),
        titleThere: titleOf(left.there),
      }),
  ].filter((sentence) => sentence !== false && sentence !== undefined);
}

const titleOf = ({ title }: Partial<LeftAt> = {}): Sentence => (title ? [' ', { quoted: title }] : []);

/** One way in which a step differs. */
export function sayWay({ here, there, news }: ComparedStep, way: Way, texts: ComparisonTexts): Sentence {
  const { comparison: words } = texts;
  const parts: Parts = {
    does: here && code(describeStep(here.step)),
    didThere: there && code(describeStep(there.step)),
    end: here && words.ends[endOf(here)],
    endThere: there && words.ends[endOf(there)],
    said: sayMost(news.filter(isTelling), texts),
    took: here && formatDuration(tookBy(here)),
    tookThere: there && formatDuration(tookBy(there)),
  };
  return fill(words.ways[way], parts)!;
}

function sayMost([first, ...others]: readonly NewSaid[], texts: ComparisonTexts): Sentence {
  if (!first) return [];
  return [...sayNews(first, texts), ...(others.length > 0 ? [texts.comparison.more(others.length)] : [])];
}

/** What the page said here, and what there instead. */
export function sayNews({ said, instead }: NewSaid, { words, comparison }: ComparisonTexts): Sentence {
  const answer: Piece | undefined = instead && sayAnswer(instead, words.said);
  const template = answer === undefined ? comparison.quoted : comparison.instead;
  return fill(template, { said: sayPage(said, words), instead: answer })!;
}

/** Shorter differences are those of the machine. */
const AS_LONG_MS = 100;

/** How much longer a step took than in the other run; undefined if it was not in both. */
export function sayLonger(
  { here, there }: ComparedStep,
  { comparison: words }: Pick<ComparisonTexts, 'comparison'>,
): string | undefined {
  if (!here || !there) return undefined;
  const more = tookBy(here) - tookBy(there);
  if (Math.abs(more) < AS_LONG_MS) return words.asLong;
  return more > 0 ? words.longer(formatDuration(more)) : words.shorter(formatDuration(-more));
}
