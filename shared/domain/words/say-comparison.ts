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
import type { StepSpan } from '#shared/domain/story/history.ts';
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

/** The step that says most, and in what it differs; then the one before it whose page said something new. */
export function sayFirst({ first, earlier }: Comparison, texts: ComparisonTexts): Sentence {
  const { comparison: words } = texts;
  if (!first) return [words.none];
  if (!earlier) return sayStep(words.first, first, texts);
  return [...sayStep(words.otherwise, first, texts), ' ', ...sayStep(words.earlier, earlier, texts)];
}

function sayStep(template: string, compared: ComparedStep, texts: ComparisonTexts): Sentence {
  const { index, phase, step } = (compared.here ?? compared.there)!;
  return fill(template, {
    step: stepOf({ step: index, phase }, describeStep(step), texts.words),
    ways: compared.ways.flatMap((way, n) => [...(n === 0 ? [] : ['; ']), ...sayWay(compared, way, texts)]),
  })!;
}

/** What differs besides the steps: the version of the flow, the site, where each ended. */
export function sayAround(
  { isOtherFlow, elsewhere }: Comparison,
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
    elsewhere &&
      fill(elsewhere.isDocument ? words.lastDocument : words.left, {
        url: code(elsewhere.here.url),
        title: titleOf(elsewhere.here),
        urlThere: code(elsewhere.there.url),
        titleThere: titleOf(elsewhere.there),
      }),
  ].filter((sentence) => sentence !== false && sentence !== undefined);
}

const titleOf = ({ title }: LeftAt): Sentence => (title ? [' ', { quoted: title }] : []);

/** One way in which a step differs. */
export function sayWay({ here, there, news }: ComparedStep, way: Way, texts: ComparisonTexts): Sentence {
  const { comparison: words } = texts;
  const [does, didThere] = [here && describeStep(here.step), there && describeStep(there.step)];
  // What differs may be something that a line about the step does not have, such as its condition.
  if (way === 'does' && does === didThere) return [words.settings];
  const parts: Parts = {
    does: code(does),
    didThere: code(didThere),
    end: here && words.ends[endOf(here)],
    endThere: there && words.ends[endOf(there)],
    said: sayMost(news.filter(isTelling), texts),
    took: sayTime(here),
    tookThere: sayTime(there),
  };
  return fill(words.ways[way], parts)!;
}

/** How long a step took; undefined if it was not in the run, or is under way. */
export function sayTime(span: StepSpan | undefined): string | undefined {
  const took = span && tookBy(span);
  return took === undefined ? undefined : formatDuration(took);
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

/** How much longer a step took than in the other run; undefined unless it has ended in both. */
export function sayLonger(
  { here, there }: ComparedStep,
  { comparison: words }: Pick<ComparisonTexts, 'comparison'>,
): string | undefined {
  const [took, tookThere] = [here && tookBy(here), there && tookBy(there)];
  if (took === undefined || tookThere === undefined) return undefined;
  const more = took - tookThere;
  if (Math.abs(more) < AS_LONG_MS) return words.asLong;
  return more > 0 ? words.longer(formatDuration(more)) : words.shorter(formatDuration(-more));
}
