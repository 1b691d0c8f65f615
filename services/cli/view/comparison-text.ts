/* Two runs beside each other, for people and for scripts. Local times. */
import type { RunDetail } from '#shared/api/client/index.ts';
import { type ComparedStep, type Comparison, endOf, tookBy } from '#shared/domain/story/compare.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import { englishWords as words } from '#shared/domain/words/en.ts';
import { englishComparison as comparison } from '#shared/domain/words/en-comparison.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import {
  sayAround,
  sayFirst,
  sayLonger,
  sayNews,
  sayTime,
  sayWay,
} from '#shared/domain/words/say-comparison.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { localTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { standingText } from './run-table.ts';
import { type TextCell, textTable } from './text-table.ts';

const TEXTS = { words, comparison };
const HEAD = ['', 'STEP', 'DOES', 'HERE', 'THERE', 'DIFFERS'];
const [DOES, DIFFERS] = [2, 5];
const [HERE, THERE] = [3, 4];

interface Look {
  palette: Palette;
  width?: number | undefined;
}

export function comparisonLines(
  found: Comparison,
  here: RunDetail,
  there: RunDetail,
  { palette, width }: Look,
): string[] {
  const { bold, dim, yellow } = palette;
  const about = (run: RunDetail) =>
    `${run.id}  ${standingText(run)}  ${localTime(Date.parse(run.startedAt))}`;
  const said = (sentences: Parameters<typeof textOfSentences>[0]) => plainText(textOfSentences(sentences));
  const head = HEAD.map((text) => ({ text, paint: dim }));
  const table = textTable(
    [head, ...found.steps.map((step) => row(step, palette))],
    new Set([1, HERE, THERE]),
    {
      width: width ?? Number.POSITIVE_INFINITY,
      flexible: [DIFFERS, DOES],
    },
  );
  const news = found.steps.flatMap(({ here: step, news: own }) =>
    own.map((one) => `${step!.index + 1}. ${said([sayNews(one, TEXTS)])}`),
  );
  return [
    `${bold('run')}    ${about(here)}`,
    `${bold('beside')} ${about(there)}`,
    '',
    yellow(said([sayFirst(found, TEXTS)])),
    ...sayAround(found, here, there, TEXTS).map((sentence) => said([sentence])),
    '',
    ...table,
    ...(news.length === 0 ? [] : ['', bold('the page said, and not in the other run:'), ...news]),
  ];
}

function row(step: ComparedStep, { dim, yellow }: Palette): TextCell[] {
  const { here, there, ways } = step;
  const { index, step: does } = (here ?? there)!;
  const differs = ways.map((way) => textOfSentences([sayWay(step, way, TEXTS)])).join('; ');
  return [
    { text: ways.length > 0 ? '≠' : '', paint: yellow },
    { text: `${index + 1}` },
    { text: plainText(describeStep(does)) },
    { text: sayTime(here) ?? '' },
    { text: sayTime(there) ?? '', paint: dim },
    { text: plainText(differs || (sayLonger(step, TEXTS) ?? '')), paint: ways.length > 0 ? yellow : dim },
  ];
}

/** The same for scripts; steps count from 0, as in the API. */
export function comparisonJson(found: Comparison, here: RunDetail, there: RunDetail) {
  const span = (step: StepSpan | undefined) =>
    step && {
      index: step.index,
      does: describeStep(step.step),
      end: endOf(step),
      ms: tookBy(step),
      picture: step.picture,
    };
  return {
    run: here.id,
    other: there.id,
    first: textOfSentences([sayFirst(found, TEXTS)]),
    around: sayAround(found, here, there, TEXTS).map((sentence) => textOfSentences([sentence])),
    left: found.left,
    steps: found.steps.map(({ here: own, there: other, ways, news }) => ({
      here: span(own),
      there: span(other),
      ways,
      news: news.map(({ said: { seq: _, at: __, ...said }, instead }) => ({ said, instead })),
    })),
  };
}
