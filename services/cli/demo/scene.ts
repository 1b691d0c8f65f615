/*
 * One act as it is shown: its heading, its run's story as it comes, and what happens beside that, each with its time.
 */
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { createPalette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';
import { createProgress, type Progress } from '../view/progress.ts';
import { shorten } from '../view/shorten.ts';
import type { StoryLine } from '../view/story.ts';
import { spread } from '../view/story-text.ts';
import type { Terminal } from '../view/terminal.ts';

export type Scene = Omit<Progress, 'note'> & {
  /** Something that happens beside the stream. */
  note: (mark: string, text: string, detail: string) => void;
};

export interface Heading {
  number: number;
  title: string;
  runId: string;
}

export const SCENE_MARGIN = '  ';
const TIME = 8;
const SEQ = 4;
const GUTTER = SCENE_MARGIN.length + TIME + SEQ + 3;

/** The heading's line. */
export const headingLine = ({ number, title, runId }: Heading, terminal: Terminal, width: number): string => {
  const { bold, dim, magenta } = createPalette(terminal.colour);
  const left = `${number}  ${title}`;
  const all = spread(left, `run ${shortId(runId)}`, width - SCENE_MARGIN.length);
  return `${SCENE_MARGIN}${magenta(bold(String(number)))}${bold(all.slice(1, left.length))}${dim(all.slice(left.length))}`;
};

/** `now` in epoch ms, by the same clock as the events of a stream. */
export const openScene = (terminal: Terminal, width: number, now: () => number): Scene => {
  const { dim, cyan } = createPalette(terminal.colour);
  const gutter = (ms: string, seq: string) =>
    `${SCENE_MARGIN}${dim(ms.padStart(TIME))} ${dim(seq.padStart(SEQ))}  `;
  const gutterOf = (entry: StoryLine | undefined) =>
    entry === undefined ? gutter('', '') : gutter(`${Math.round(entry.atMs)} ms`, String(entry.seq ?? ''));
  // Narrower by the gutter: the durations end where the heading does.
  const progress = createProgress({ ...terminal, columns: width + 1 }, { width: GUTTER, text: gutterOf });
  let startedAt: number | undefined;
  return {
    show: (entry: StreamEntry) => {
      startedAt ??= Date.parse(entry.at);
      progress.show(entry);
    },
    note: (mark, text, detail) => {
      const room = width - GUTTER - text.length - 4;
      const more = shorten(plainText(detail), room);
      const ms = Math.max(0, now() - (startedAt ?? now()));
      progress.note(`${gutter(`${Math.round(ms)} ms`, '')}${cyan(mark)} ${cyan(text)}  ${more}`);
    },
    close: progress.close,
    get outcome() {
      return progress.outcome;
    },
  };
};
