import { parseArgs } from 'node:util';
import { VERSION } from '#shared/process/version.ts';
import { type AnyCommand, type CommandContext, UsageError } from './command.ts';

export type CommandEntry = readonly [summary: string, load: () => Promise<{ command: AnyCommand }>];
export type CommandTable = Readonly<Record<string, CommandEntry>>;

export const EXIT_USAGE = 2;

export const overview = (table: CommandTable): string => {
  const width = Math.max(...Object.keys(table).map((name) => name.length)) + 2;
  const rows = Object.entries(table).map(([name, [summary]]) => `  ${name.padEnd(width)}${summary}`);
  return [
    'Usage: ghostly <command> [options]',
    '',
    ...rows,
    '',
    'ghostly <command> --help says more; ghostly --version says which this is.',
  ].join('\n');
};

const helpOf = (name: string, { usage, help }: AnyCommand): string =>
  [
    `Usage: ghostly ${name} ${usage}`.trimEnd(),
    ...(help.length > 0 ? ['', ...help.map((line) => `  ${line}`)] : []),
  ].join('\n');

/** Errors that parseArgs and the commands make for arguments that cannot be used. */
const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'));

const parse = (command: AnyCommand, args: readonly string[]) => {
  const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { min, max } = command.positionals;
  if (values.help !== true) {
    if (positionals.length < min) throw new UsageError('an argument is missing');
    if (positionals.length > max) throw new UsageError(`what is "${positionals[max]}"?`);
  }
  return { values, positionals };
};

/** Runs the command that `args` names. Resolves to the exit code: 2 for arguments that cannot be used. */
export const dispatch = async (
  table: CommandTable,
  args: readonly string[],
  context: CommandContext,
): Promise<number> => {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? context.err : context.out)(overview(table));
    return name === undefined ? EXIT_USAGE : 0;
  }
  if (name === '--version') {
    context.out(VERSION);
    return 0;
  }
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) {
    context.err(`ghostly: there is no command "${name}"\n\n${overview(table)}`);
    return EXIT_USAGE;
  }
  const { command } = await entry[1]();
  try {
    const { values, positionals } = parse(command, rest);
    if (values.help === true) {
      context.out(helpOf(name, command));
      return 0;
    }
    // The values were parsed by this very command's options.
    return await command.run(context, values as never, positionals);
  } catch (error) {
    if (!isUsage(error)) throw error;
    context.err(`ghostly ${name}: ${error.message}\n\n${helpOf(name, command)}`);
    return EXIT_USAGE;
  }
};
