/*
 * What the demo looks like. Owns the terminal's last line while something is being awaited.
 */

import { formatDuration } from '#shared/domain/words/duration.ts';
import { createPalette, type Palette } from '../view/palette.ts';
import { plainText } from '../view/plain-text.ts';
import { shorten } from '../view/shorten.ts';
import { spread } from '../view/story-text.ts';
import type { Terminal } from '../view/terminal.ts';
import { type Cost, costLines } from './cancel-cost.ts';
import { headingLine, openScene, SCENE_MARGIN, type Scene } from './scene.ts';

export interface DemoStage {
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
const CLEAR = '\r\x1b[2K';

/** `now` in epoch ms, by the same clock as the events of a stream. */
export const createStage = (terminal: Terminal, now: () => number): DemoStage => {
  const palette = createPalette(terminal.colour);
  const { bold, dim, red, magenta } = palette;
  const width = terminal.live ? Math.min(WIDTH, terminal.columns - 1) : WIDTH;
  let isWaiting = false;

  const line = (text = '') => {
    terminal.write(`${isWaiting ? CLEAR : ''}${text}\n`);
    isWaiting = false;
  };

  return {
    title: (text, subtitle) => line(`\n${SCENE_MARGIN}${magenta(bold(text))}  ${dim(subtitle)}\n`),
    wait: (text) => {
      if (!terminal.live) return;
      terminal.write(`${CLEAR}${SCENE_MARGIN}${dim(shorten(plainText(text), width - SCENE_MARGIN.length))}`);
      isWaiting = true;
    },
    note: (text) => line(`${SCENE_MARGIN}${dim(plainText(text))}`),
    done: (what, detail, ms) =>
      line(`${SCENE_MARGIN}${doneText(what, detail, ms, width - SCENE_MARGIN.length, palette)}`),
    failed: (what) => line(`${SCENE_MARGIN}${red('✗')} ${red(what)}`),
    line,
    open: (number, title, runId) => {
      line();
      line(headingLine({ number, title, runId }, terminal, width));
      return openScene(terminal, width, now);
    },
    costs: (costs) => {
      line(
        `\n${SCENE_MARGIN}${bold('What the cancel cost')}  ${dim('from its request on; the first one of a fresh stack')}`,
      );
      for (const text of costLines(costs, palette)) line(`${SCENE_MARGIN}${text}`);
    },
  };
};

const doneText = (
  what: string,
  detail: string,
  ms: number | undefined,
  width: number,
  { green, dim }: Palette,
): string => {
  const time = ms === undefined ? '' : formatDuration(ms);
  const text = spread(shorten(`✓ ${what.padEnd(9)} ${detail}`, width - time.length - 2), time, width);
  const [mark, rest] = [text.slice(0, 1), text.slice(1, text.length - time.length)];
  return `${green(mark)}${rest.trimEnd().padEnd(time === '' ? 0 : rest.length)}${dim(time)}`;
};
