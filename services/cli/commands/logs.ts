import { defineCommand, parseWholeNumber } from '../command.ts';
import { EXIT } from '../exit.ts';
import { homeOf } from '../up/home/home.ts';
import { type LogTail, listLogs, matchingLogs, openTail } from '../up/read-logs.ts';

export const command = defineCommand({
  about: [
    'Shows the logs of the stack of GHOSTLY_HOME (.ghostly): of all processes, of one (gateway-1, supervisor-1, nats,',
    'postgres, up), or of one kind (runner).',
  ],
  usage: '[name]',
  options: {
    follow: { type: 'boolean', short: 'f', default: false, help: 'keep printing new lines' },
    lines: {
      type: 'string',
      short: 'n',
      default: '100',
      value: 'N',
      help: 'last lines to print of each log (100)',
    },
  },
  positionals: { min: 0, max: 1 },
  examples: [['runner -f', 'follow all runners']],
  run: async ({ env, cwd, out, err, outClosed }, { follow, lines }, [wanted]) => {
    const count = parseWholeNumber('--lines', lines, 0, 1_000_000);
    const { logs: folder } = homeOf(env, cwd);
    const all = await listLogs(folder);
    const names = matchingLogs(all, wanted);
    if (names.length === 0) {
      err(
        all.length === 0
          ? `there are no logs in ${folder}`
          : `no log "${wanted}"; available: ${all.join(', ')}`,
      );
      return EXIT.refused;
    }
    const width = Math.max(...names.map((name) => name.length));
    const show = (name: string) => (line: string) =>
      out(names.length === 1 ? line : `${name.padEnd(width)} | ${line}`);
    await using opened = new AsyncDisposableStack();
    const tails = new Map<string, LogTail>();
    for (const name of names) tails.set(name, opened.use(await openTail(folder, name, count)));
    for (const [name, { lastLines }] of tails) for (const line of lastLines) show(name)(line);
    if (follow) await Promise.all([...tails].map(([name, tail]) => tail.follow(show(name), outClosed)));
    return 0;
  },
});
