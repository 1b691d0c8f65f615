import type { Outcome } from '#shared/domain/run/outcome.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import type { Colour, Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { shorten } from './shorten.ts';
import type { StepLineResult, StoryLine } from './story.ts';

const STEP: Record<StepLineResult, { mark: string; colour: Colour }> = {
  ok: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  interrupted: { mark: '■', colour: 'yellow' },
  'not begun': { mark: '■', colour: 'yellow' },
};
const OUTCOME: Record<Outcome, { word: string; colour: Colour }> = {
  pass: { word: 'PASS', colour: 'green' },
  fail: { word: 'FAIL', colour: 'red' },
  cancelled: { word: 'CANCELLED', colour: 'yellow' },
  lost: { word: 'LOST', colour: 'magenta' },
};

export interface StoryStyle {
  palette: Palette;
  /** Durations end at this column, if the text leaves room. */
  width: number;
  /** Longer texts are cut, since only a single screen line can be overwritten. */
  cuts: boolean;
}

const lengthOf = (text: string): number => [...text].length;

/** `left` and `right`, at least two blanks apart, `right` ending at `width`. */
export const spread = (left: string, right: string, width: number): string =>
  `${left}${' '.repeat(Math.max(2, width - lengthOf(left) - lengthOf(right)))}${right}`;

/** A story line as text; a step with an error has a second line with the reason. */
export const storyText = (line: StoryLine, { palette, width, cuts }: StoryStyle): string[] => {
  const within = (text: string, longest: number) => (cuts ? shorten(text, longest) : text);
  if (line.kind === 'state') return [palette.dim(`· ${line.text}`)];
  if (line.kind === 'begun') return [`${palette.cyan('▸')} ${within(line.text, width - 2)}`];
  if (line.kind === 'step') {
    const { mark, colour } = STEP[line.result];
    const time = line.result === 'not begun' ? '' : formatDuration(line.ms);
    const ended = line.result === 'ok' || line.result === 'failed' ? line.note : line.result;
    const note = ended === undefined ? '' : `  ${ended}`;
    const what = within(line.text, width - 4 - time.length - note.length);
    const gap = ' '.repeat(Math.max(2, width - 2 - lengthOf(what + note) - time.length));
    const first = `${palette[colour](mark)} ${what}${palette[colour](note)}${gap}${palette.dim(time)}`;
    return line.error === undefined ? [first] : [first, `  ${palette[colour](line.error)}`];
  }
  const { word, colour } = OUTCOME[line.outcome];
  const why = line.why === undefined ? '' : ` · ${line.why}`;
  const end = `${palette.bold(palette[colour](word))} ${palette.dim(`in ${formatDuration(line.atMs)}`)}${why}`;
  const names = Math.max(0, ...line.results.map(({ name }) => name.length));
  const found = line.results.map(
    ({ name, value }) =>
      `${name.padEnd(names)}  ${shorten(value, cuts ? width - names - 2 : LONGEST_RESULT)}`,
  );
  return [end, ...found];
};

/** Where lines are not cut; `--json` and `--output` have all of it. */
const LONGEST_RESULT = 1_000;

/** What a run waits for now, in whole sentences. */
export const waitsNow = (sentences: string, { yellow }: Palette): string =>
  `${yellow('◌')} ${plainText(sentences)}`;

/** That a run goes on once `what` has come, and for now waits. */
export const waitsFor = (what: string, { yellow }: Palette): string =>
  `${yellow('◌')} waits for ${plainText(what)}`;
