import type { Terminal } from './terminal.ts';

const CLEAR = '\r\x1b[2K';

/** The line of a terminal that is written over by what comes next. */
export interface LastLine {
  begin(text: string): void;
  clear(): void;
  /** A whole line before it. */
  printAbove(text: string): void;
  /** Completes it; call it before anything else writes. */
  leave(): void;
}

export const createLastLine = (terminal: Terminal): LastLine => {
  let pending = '';
  return {
    begin: (text) => {
      pending = text;
      terminal.write(pending);
    },
    clear: () => {
      if (pending !== '') terminal.write(CLEAR);
      pending = '';
    },
    printAbove: (text) => terminal.write(`${pending === '' ? '' : CLEAR}${text}\n${pending}`),
    leave: () => {
      if (pending !== '') terminal.write('\n');
      pending = '';
    },
  };
};
