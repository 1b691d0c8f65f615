import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import { VERSION } from '#shared/platform/process/version.ts';
import { type AnyCommand, type CommandContext, type CommandTable, UsageError } from './command.ts';
import { EXIT } from './exit.ts';
import { helpOf, overview, shortHelpOf } from './help.ts';

/** What comes on stderr is JSON, too, then: notes and errors. */
export const asksForJson = (args: readonly string[]): boolean => args.includes('--json');

/** Errors of parseArgs and the commands for invalid arguments. */
const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_'));

/** @throws UsageError, or what parseArgs throws */
export function parse(command: AnyCommand, args: readonly string[]) {
  const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help !== true) {
    const given: Readonly<Record<string, unknown>> = values;
    for (const [name, { choices }] of Object.entries(command.options)) check(name, given[name], choices);
    if (command.actions !== undefined) return { values, positionals: actionOf(command.actions, positionals) };
    const { min, max } = command.positionals;
    if (positionals.length < min) throw new UsageError('missing argument');
    if (positionals.length > max) throw new UsageError(`unexpected argument "${positionals[max]}"`);
  }
  return { values, positionals };
}

function check(name: string, value: unknown, choices: readonly string[] | undefined): void {
  for (const text of [value ?? []].flat())
    if (choices !== undefined && !choices.includes(String(text)))
      throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${text}"`);
}

/** The arguments, with the action first. */
function actionOf(actions: NonNullable<AnyCommand['actions']>, given: string[]): string[] {
  const [name = Object.keys(actions)[0]!, ...rest] = given;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new UsageError(
      `unknown action "${name}": use one of ${Object.keys(actions).join(', ')}${didYouMean(name, Object.keys(actions))}`,
    );
  if (rest.length < action.args.length) throw new UsageError(`${action.args[rest.length]} is missing`);
  const most = action.args.length + (action.optional === undefined ? 0 : 1);
  if (rest.length > most) throw new UsageError(`unexpected argument "${rest[most]}"`);
  return [name, ...rest];
}

/** Runs the command named by `args`. Resolves to the exit code. @throws UsageError where JSON is asked for */
export async function dispatch(
  table: CommandTable,
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    (name === undefined ? context.err : context.out)(overview(table));
    return name === undefined ? EXIT.usage : 0;
  }
  if (name === '--version') {
    context.out(VERSION);
    return 0;
  }
  const entry = Object.values(table).find((group) => Object.hasOwn(group, name))?.[name];
  if (entry === undefined) {
    const known = Object.values(table).flatMap((group) => Object.keys(group));
    const text = `unknown command "${name}"${didYouMean(name, known)}`;
    if (asksForJson(rest)) throw new UsageError(text);
    context.err(`ghostly: ${text}\n\n${overview(table)}`);
    return EXIT.usage;
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
    const text = `${error.message}${closeOption(error, command)}`;
    if (asksForJson(rest)) throw new UsageError(text);
    context.err(`ghostly ${name}: ${text}\n\n${shortHelpOf(name, command)}`);
    return EXIT.usage;
  }
}

/** What an unknown option may have been meant to be. */
function closeOption({ message }: Error, { options }: AnyCommand): string {
  const [, given] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
  return given === undefined ? '' : didYouMean(given, Object.keys(options));
}

/** `; did you mean "runs"?`, or nothing if no known word is close. */
function didYouMean(given: string, known: readonly string[]): string {
  const closest = closestMatch(given, known, { maxDistance: given.length <= 4 ? 1 : 2 });
  return closest === undefined ? '' : `; did you mean "${closest}"?`;
}
