import type { ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';

/** An option, for Node's argument parser, the help and shell completion. */
export interface OptionSpec extends ParseArgsOptionDescriptor {
  help: string;
  /** Placeholder of its value in the help (default `TEXT`). */
  value?: string;
  /** The only allowed values. */
  choices?: readonly string[];
}
export type CommandOptions = Readonly<Record<string, OptionSpec>>;
type Values<O extends CommandOptions> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** What a command may use of its process. */
export interface CommandContext {
  env: Environment;
  cwd: string;
  /** Folder of the repository. */
  root: string;
  out: (line: string) => void;
  err: (line: string) => void;
  /** Aborted when the output is closed. */
  outClosed: AbortSignal;
  /** Asks the user at the terminal; undefined without a terminal. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Reads a text; undefined if the user gives none, or without a terminal. */
  ask?: ((question: string) => Promise<string | undefined>) | undefined;
  /** Reads a text without echo; undefined if the user gives none. */
  askSecret?: ((question: string) => Promise<string | undefined>) | undefined;
}

/** A subcommand, e.g. `create` of `keys`. */
interface Action {
  /** Names of its arguments. */
  args: readonly string[];
  /** The name of one more, which may be left out. */
  optional?: string;
  help: string;
}

export interface Command<O extends CommandOptions = CommandOptions> {
  /** What it does, in one or two lines. */
  about: readonly string[];
  /** The arguments after `ghostly <name>`, without options. */
  usage: string;
  /** Subcommands; the first one is the default. With these, `positionals` is not used. */
  actions?: Readonly<Record<string, Action>>;
  options: O;
  positionals: { min: number; max: number };
  /** Arguments after `ghostly <name>`, with an explanation. */
  examples: readonly (readonly [args: string, what: string])[];
  /** Exit codes and the like. */
  notes?: readonly string[];
  /** Resolves to the exit code. @throws UsageError for invalid arguments */
  run(context: CommandContext, values: Values<O>, positionals: string[]): Promise<number>;
}

/** A command in the table, without the types of its own options. */
export type AnyCommand = Omit<Command, 'run'> & {
  run(context: CommandContext, values: never, positionals: string[]): Promise<number>;
};

type CommandEntry = readonly [summary: string, load: () => Promise<{ command: AnyCommand }>];
/** The commands of each group, in the order of the overview. */
export type CommandTable = Readonly<Record<string, Readonly<Record<string, CommandEntry>>>>;

export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}

/** Invalid arguments: exit code 2, with the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** @throws UsageError unless `text` is a whole number within the bounds */
export function parseWholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
