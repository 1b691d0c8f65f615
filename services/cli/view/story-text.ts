import { formatDuration } from './duration.ts';
import type { Colour, Palette } from './palette.ts';
import type { Outcome, StoryLine } from './story.ts';

const STEP: Record<'ok' | 'failed' | 'interrupted', { mark: string; colour: Colour }> = {
  ok: { mark: '✓', colour: 'green' },
  failed: { mark: '✗', colour: 'red' },
  interrupted: { mark: '■', colour: 'yellow' },
};
const OUTCOME: Record<Outcome, { word: string; colour: Colour }> = {
  pass: { word: 'PASS', colour: 'green' },
  fail: { word: 'FAIL', colour: 'red' },
  cancelled: { word: 'CANCELLED', colour: 'yellow' },
};

export type StoryStyle = {
  palette: Palette;
  /** Durations end at this column, where the text leaves room. */
  width: number;
};

export const shorten = (text: string, longest: number): string => {
  const characters = [...text];
  return characters.length > longest ? `${characters.slice(0, Math.max(0, longest - 1)).join('')}…` : text;
};

/** `left` and `right`, at least two blanks apart, `right` ending at `width`. */
export const spread = (left: string, right: string, width: number): string =>
  `${left}${' '.repeat(Math.max(2, width - [...left].length - [...right].length))}${right}`;

/** One line of the story as text; a failed step has a second one with its reason. */
export const storyText = (line: StoryLine, { palette, width }: StoryStyle): string[] => {
  if (line.kind === 'state') return [palette.dim(`· ${line.text}`)];
  if (line.kind === 'begun') return [`${palette.cyan('▸')} ${shorten(line.text, width - 2)}`];
  if (line.kind === 'step') {
    const { mark, colour } = STEP[line.result];
    const time = formatDuration(line.ms);
    const text = spread(shorten(line.text, width - 4 - time.length), time, width - 2);
    const left = text.slice(0, text.length - time.length);
    const reason = line.error ?? (line.result === 'interrupted' ? 'interrupted' : undefined);
    const first = `${palette[colour](mark)} ${left}${palette.dim(time)}`;
    return reason === undefined ? [first] : [first, `  ${palette[colour](reason)}`];
  }
  const { word, colour } = OUTCOME[line.outcome];
  const why = line.why === undefined ? '' : ` · ${line.why}`;
  return [`${palette.bold(palette[colour](word))} ${palette.dim(`in ${formatDuration(line.atMs)}`)}${why}`];
};
