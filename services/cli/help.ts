import type { AnyCommand, CommandTable, OptionSpec } from './command.ts';

const ABOUT = 'Ghostly runs browser flows that you can watch live and cancel from anywhere.';
const ENVIRONMENT: readonly Row[] = [
  ['GHOSTLY_URL', 'URL of the gateway, used with the API key in GHOSTLY_API_KEY;'],
  ['GHOSTLY_HOME', 'otherwise: home of the local stack (.ghostly), with its own API key'],
];
/** Those of `EXIT`. */
const EXIT_CODES: readonly Row[] = [
  ['0', 'done; a watched run passed'],
  ['1', 'the watched run, or a test, failed or was cancelled'],
  ['2', 'invalid arguments, or an invalid flow'],
  ['3', 'no gateway answers, or it cannot reach what it needs'],
  ['4', 'there is no API key, or it is refused'],
  ['5', 'anything else; with --json all that comes on stderr is JSON, too'],
];

type Row = readonly [left: string, right: string];

/** All commands, one line each. */
export function overview(table: CommandTable): string {
  const groups = Object.entries(table).map(([title, commands]): [string, Row[]] => [
    title,
    Object.entries(commands).map(([name, [summary]]): Row => [name, summary]),
  ]);
  const width = widthOf([...groups.flatMap(([, rows]) => rows), ...ENVIRONMENT]);
  return [
    ABOUT,
    '',
    'Usage: ghostly <command> [options]',
    ...groups.flatMap(([title, rows]) => section(title, rows, width)),
    ...section('Environment', ENVIRONMENT, width),
    ...section('Exit codes', EXIT_CODES, width),
    '',
    'ghostly <command> --help shows options and examples; ghostly --version shows the version.',
  ].join('\n');
}

/** The full help of one command. */
export function helpOf(name: string, command: AnyCommand): string {
  const { about, actions = {}, options, examples, notes = [] } = command;
  const acts = Object.entries(actions).map(([act, { args, optional, help }]): Row => {
    const last = optional === undefined ? [] : [`[${optional}]`];
    return [[act, ...args, ...last].join(' '), help];
  });
  const opts = Object.entries(options).map(([option, spec]): Row => [flagsOf(option, spec), spec.help]);
  const shown = examples.map(([args, what]): Row => [`ghostly ${name} ${args}`.trimEnd(), what]);
  return [
    usageOf(name, command),
    '',
    ...about,
    ...section('Actions', acts),
    ...section('Options', opts),
    ...section('Examples', shown),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

const usageOf = (name: string, { usage, options }: AnyCommand): string =>
  `Usage: ghostly ${name} ${usage}`.trimEnd() + (Object.keys(options).length > 0 ? ' [options]' : '');

/** After what was wrong with the arguments: in two lines, so that it stays on the screen. */
export const shortHelpOf = (name: string, command: AnyCommand): string =>
  `${usageOf(name, command)}\nghostly ${name} --help shows its options and examples.`;

/** `-w, --watch`, `    --reason TEXT` */
function flagsOf(name: string, { short, type, value = 'TEXT' }: OptionSpec): string {
  return `${short === undefined ? '   ' : `-${short},`} --${name}${type === 'string' ? ` ${value}` : ''}`;
}

const widthOf = (rows: readonly Row[]): number => Math.max(0, ...rows.map(([left]) => left.length)) + 2;

function section(title: string, rows: readonly Row[], width = widthOf(rows)): string[] {
  if (rows.length === 0) return [];
  return ['', `${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`.trimEnd())];
}
