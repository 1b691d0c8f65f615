/*
 * What the demo looks like. Owns the terminal's last line while something is being awaited.
 */

import { formatDuration } from '#shared/events/duration.ts';
import type { StreamEntry } from '#shared/events/stream.ts';
import { createPalette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';
import { createProgress, type Progress } from '../view/progress.ts';
import type { StoryLine } from '../view/story.ts';
import { shorten, spread } from '../view/story-text.ts';
import type { Terminal } from '../view/terminal.ts';
import { type Cost, costLines } from './cancel-cost.ts';

type Scene = Omit<Progress, 'note'> & {
  /** Something that happens beside the stream. */
  note: (mark: string, text: string, detail: string) => void;
};

export interface Stage {
  title: (text: string, subtitle: string) => void;
  /** Shown until the next line, and only on a terminal. */
  wait: (text: string) => void;
  /** Something that goes on for long. */
  note: (text: string) => void;
  /** A thing that is done. */
  done: (what: string, detail: string, ms?: number) => void;
  failed: (what: string) => void;
  line: (text?: string) => void;
  open: (number: number, title: string, runId: string) => Scene;
  costs: (costs: readonly Cost[]) => void;
}

/** Fits the usual terminal. */
const WIDTH = 79;
const MARGIN = '  ';
const TIME = 8;
const SEQ = 4;
const GUTTER = MARGIN.length + TIME + SEQ + 3;
const CLEAR = '\r\x1b[2K';

/** `now` in epoch ms: what happens beside a stream is told by the same clock as its events. */
export const createStage = (terminal: Terminal, now: () => number): Stage => {
  const palette = createPalette(terminal.colour);
  const { bold, dim, green, red, magenta, cyan } = palette;
  const width = terminal.live ? Math.min(WIDTH, terminal.columns - 1) : WIDTH;
  let isWaiting = false;

  const line = (text = '') => {
    terminal.write(`${isWaiting ? CLEAR : ''}${text}\n`);
    isWaiting = false;
  };

  const gutter = (ms: string, seq: string) =>
    `${MARGIN}${dim(ms.padStart(TIME))} ${dim(seq.padStart(SEQ))}  `;
  const gutterOf = (entry: StoryLine | undefined) =>
    entry === undefined ? gutter('', '') : gutter(`${Math.round(entry.atMs)} ms`, String(entry.seq ?? ''));

  const open: Stage['open'] = (number, title, runId) => {
    line();
    const left = `${number}  ${title}`;
    const all = spread(left, `run ${runId.slice(0, 8)}`, width - MARGIN.length);
    line(
      `${MARGIN}${magenta(bold(String(number)))}${bold(all.slice(1, left.length))}${dim(all.slice(left.length))}`,
    );
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

  return {
    title: (text, subtitle) => line(`\n${MARGIN}${magenta(bold(text))}  ${dim(subtitle)}\n`),
    wait: (text) => {
      if (!terminal.live) return;
      terminal.write(`${CLEAR}${MARGIN}${dim(shorten(plainText(text), width - MARGIN.length))}`);
      isWaiting = true;
    },
    note: (text) => line(`${MARGIN}${dim(plainText(text))}`),
    done: (what, detail, ms) => {
      const time = ms === undefined ? '' : formatDuration(ms);
      const room = width - MARGIN.length - time.length;
      const text = spread(shorten(`✓ ${what.padEnd(9)} ${detail}`, room - 2), time, width - MARGIN.length);
      const [mark, rest] = [text.slice(0, 1), text.slice(1, text.length - time.length)];
      line(`${MARGIN}${green(mark)}${rest.trimEnd().padEnd(time === '' ? 0 : rest.length)}${dim(time)}`);
    },
    failed: (what) => line(`${MARGIN}${red('✗')} ${red(what)}`),
    line,
    open,
    costs: (costs) => {
      line(
        `\n${MARGIN}${bold('What the cancel cost')}  ${dim('from its request on; the first one of a fresh stack')}`,
      );
      for (const text of costLines(costs, palette)) line(`${MARGIN}${text}`);
    },
  };
};
