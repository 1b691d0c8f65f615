/*
 * Shows a run's story live: one line per step, and on a terminal the step in progress as a last line that is
 * overwritten when the step ends. Owns that last line.
 */
import type { StreamEntry } from '#shared/events/stream.ts';
import { createPalette } from './palette.ts';
import { createStory, type Outcome, type StoryLine } from './story.ts';
import { storyText } from './story-text.ts';
import type { Terminal } from './terminal.ts';

const WIDEST = 76;
const CLEAR = '\r\x1b[2K';

export interface Progress {
  show: (entry: StreamEntry) => void;
  /** A line from outside the story, placed before the step in progress. On a terminal it must fit the width. */
  note: (text: string) => void;
  /** Completes the last line; call it before anything else writes. */
  close: () => void;
  /** How the run ended, once it has. */
  readonly outcome: Outcome | undefined;
}

/** `gutter` is put before each line; of lines that continue one it is given nothing. */
export const createProgress = (
  terminal: Terminal,
  gutter: { width: number; text: (line: StoryLine | undefined) => string } = { width: 0, text: () => '' },
): Progress => {
  const story = createStory();
  const palette = createPalette(terminal.colour);
  const width = Math.max(24, Math.min(WIDEST, terminal.columns - 1 - gutter.width));
  let pending = '';
  let outcome: Outcome | undefined;

  const print = (text: string) => {
    terminal.write(`${pending === '' ? '' : CLEAR}${text}\n${pending}`);
  };

  const tell = (line: StoryLine) => {
    const [first = '', ...rest] = storyText(line, { palette, width, cuts: terminal.live });
    const text = gutter.text(line) + first;
    if (line.kind === 'begun') {
      if (!terminal.live) return;
      pending = text;
      terminal.write(pending);
      return;
    }
    if (line.kind === 'step' && pending !== '') {
      terminal.write(CLEAR);
      pending = '';
    }
    print(text);
    for (const more of rest) print(gutter.text(undefined) + more);
    if (line.kind === 'end') outcome = line.outcome;
  };

  return {
    show: (entry) => {
      for (const line of story(entry)) tell(line);
    },
    note: print,
    close: () => {
      if (pending !== '') terminal.write('\n');
      pending = '';
    },
    get outcome() {
      return outcome;
    },
  };
};
