import type { ParseArgsOptionDescriptor, parseArgs } from 'node:util';
import type { Environment } from '#shared/binaries/binaries.ts';

/** An option: what Node parses by, what the help says, and what a shell completes. */
export interface OptionSpec extends ParseArgsOptionDescriptor {
  help: string;
  /** How the help names its value (`TEXT`). */
  value?: string;
  /** The only values there are. */
  choices?: readonly string[];
}
export type CommandOptions = Readonly<Record<string, OptionSpec>>;
type Values<O extends CommandOptions> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** The parts of its process that a command may use. */
export interface CommandContext {
  env: Environment;
  cwd: string;
  /** Folder of the clone. */
  root: string;
  out: (line: string) => void;
  err: (line: string) => void;
  /** Aborted when the output is closed. */
  outClosed: AbortSignal;
  /** Asks the person at the terminal; undefined where there is none. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
  /** Asks for a text that is not shown; undefined is no answer. */
  askSecret?: ((question: string) => Promise<string | undefined>) | undefined;
}

/** A word that says what a command is to do, e.g. `create` of `keys`. */
interface Action {
  /** Names of what follows it. */
  args: readonly string[];
  help: string;
}

export interface Command<O extends CommandOptions = CommandOptions> {
  /** What it does, in one or two lines. */
  about: readonly string[];
  /** What follows `ghostly <name>`, without the options. */
  usage: string;
  /** Its first argument is one of these; the first one is meant if there is none. Then `positionals` says nothing. */
  actions?: Readonly<Record<string, Action>>;
  options: O;
  positionals: { min: number; max: number };
  /** What follows `ghostly <name>`, and what that does. */
  examples: readonly (readonly [args: string, what: string])[];
  /** Exit codes and the like. */
  notes?: readonly string[];
  /** Resolves to the exit code. @throws UsageError for arguments that cannot be used */
  run(context: CommandContext, values: Values<O>, positionals: string[]): Promise<number>;
}

/** The table's view: a command with its own types for its options hidden. */
export type AnyCommand = Omit<Command, 'run'> & {
  run(context: CommandContext, values: never, positionals: string[]): Promise<number>;
};

type CommandEntry = readonly [summary: string, load: () => Promise<{ command: AnyCommand }>];
/** The commands of each group, in the order of the overview. */
export type CommandTable = Readonly<Record<string, Readonly<Record<string, CommandEntry>>>>;

export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}

/** Arguments that cannot be used: exit code 2, with the command's help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}

/** @throws UsageError unless `text` is a whole number within the bounds */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${option} needs a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
