import { defineCommand, wholeNumber } from '../command.ts';
import { homeOf } from '../up/home.ts';
import { followLog, lastLines, listLogs, matchingLogs } from '../up/read-logs.ts';

export const command = defineCommand({
  usage: '[name] [-f] [-n N]',
  help: [
    'name          gateway-1, runner (all runners), supervisor-1, nats, postgres, up; all if left out',
    '-f, --follow  go on with what is added',
    '-n, --lines N how many lines of each to begin with (100)',
  ],
  options: {
    follow: { type: 'boolean', short: 'f', default: false },
    lines: { type: 'string', short: 'n', default: '100' },
  },
  positionals: { min: 0, max: 1 },
  run: async ({ env, cwd, out, err, outClosed }, { follow, lines }, [wanted]) => {
    const count = wholeNumber('--lines', lines, 0, 1_000_000);
    const { logs: folder } = homeOf(env, cwd);
    const all = await listLogs(folder);
    const names = matchingLogs(all, wanted);
    if (names.length === 0) {
      err(
        all.length === 0
          ? `there are no logs in ${folder}`
          : `no log "${wanted}": there is ${all.join(', ')}`,
      );
      return 1;
    }
    const width = Math.max(...names.map((name) => name.length));
    const show = (name: string) => (line: string) =>
      out(names.length === 1 ? line : `${name.padEnd(width)} | ${line}`);
    for (const name of names) for (const line of await lastLines(folder, name, count)) show(name)(line);
    if (follow) await Promise.all(names.map((name) => followLog(folder, name, show(name), outClosed)));
    return 0;
  },
});
