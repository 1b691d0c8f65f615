import type { Environment } from '#shared/adapters/binaries/binaries.ts';

/** Capabilities of the output. */
export interface Terminal {
  colour: boolean;
  /** The last line can be overwritten. */
  live: boolean;
  columns: number;
  /** Widest line; none if a program may read the output. */
  width?: number | undefined;
  write: (text: string) => void;
}

interface Output {
  isTTY?: boolean;
  columns?: number;
  write: (text: string) => unknown;
}

const USUAL_COLUMNS = 80;

/** Colours only on a terminal and not with NO_COLOR; FORCE_COLOR enables them anyway, e.g. to make a picture. */
export const terminalOf = (env: Environment, output: Output): Terminal => {
  const isTerminal = output.isTTY === true && env.TERM !== 'dumb';
  const isForced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  return {
    colour: !env.NO_COLOR && (isTerminal || isForced),
    live: isTerminal,
    columns: output.columns || USUAL_COLUMNS,
    width: isTerminal ? output.columns || USUAL_COLUMNS : undefined,
    write: (text) => void output.write(text),
  };
};
