/*
 * Shows a run's story live: one line per step, and on a terminal the step in progress as a last line that is
 * overwritten when the step ends. Owns that last line.
 */
import type { StreamEntry } from '#shared/domain/events/stream.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { createLastLine } from './last-line.ts';
import { createPalette } from './palette.ts';
import { createStory, type StoryLine } from './story.ts';
import { storyText } from './story-text.ts';
import type { Terminal } from './terminal.ts';

const WIDEST = 76;

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
  const last = createLastLine(terminal);
  let outcome: Outcome | undefined;

  const tell = (line: StoryLine) => {
    const [first = '', ...rest] = storyText(line, { palette, width, cuts: terminal.live });
    const text = gutter.text(line) + first;
    if (line.kind === 'begun') {
      if (terminal.live) last.begin(text);
      return;
    }
    if (line.kind === 'step') last.clear();
    last.printAbove(text);
    for (const more of rest) last.printAbove(gutter.text(undefined) + more);
    if (line.kind === 'end') outcome = line.outcome;
  };

  return {
    show: (entry) => {
      for (const line of story(entry)) tell(line);
    },
    note: last.printAbove,
    close: last.leave,
    get outcome() {
      return outcome;
    },
  };
};
