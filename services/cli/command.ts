import type { ParseArgsConfig, parseArgs } from 'node:util';
import type { Environment } from '#shared/local/binaries.ts';

export type CommandOptions = NonNullable<ParseArgsConfig['options']>;
type Values<O extends CommandOptions> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** What a command may touch of the process that runs it. */
export type CommandContext = {
  env: Environment;
  cwd: string;
  /** Folder of the clone. */
  root: string;
  out: (line: string) => void;
  err: (line: string) => void;
  /** Aborted when nobody reads the output any more. */
  outClosed: AbortSignal;
};

export type Command<O extends CommandOptions = CommandOptions> = {
  /** What follows `ghostly <name>`. */
  usage: string;
  /** Lines shown below the usage: one for each option. */
  help: readonly string[];
  options: O;
  positionals: { min: number; max: number };
  /** Resolves to the exit code. @throws UsageError for arguments that cannot be used */
  run: (context: CommandContext, values: Values<O>, positionals: string[]) => Promise<number>;
};

/** The table's view: a command with its own types for its options hidden. */
export type AnyCommand = Omit<Command, 'run'> & {
  run: (context: CommandContext, values: never, positionals: string[]) => Promise<number>;
};

export const defineCommand = <const O extends CommandOptions>(command: Command<O>): Command<O> => command;

/** Arguments that cannot be used: exit code 2, with the command's help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** @throws UsageError unless `text` is a whole number within the bounds */
export const wholeNumber = (option: string, text: string, min: number, max: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} needs a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
};
