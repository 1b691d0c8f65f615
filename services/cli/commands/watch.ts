import { createClient } from '../client/client.ts';
import { locateGateway } from '../client/locate.ts';
import { defineCommand } from '../command.ts';
import { followRun } from '../flow/follow-run.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  usage: '<id> [--json]',
  help: [
    '--json  each entry of the event stream as a line of JSON',
    '',
    'Shows a run from its beginning, and ends with it. Ctrl-C stops watching, the run goes on.',
    'Exit code 0: pass; 1: fail, or an error of the server.',
  ],
  options: { json: { type: 'boolean', default: false } },
  positionals: { min: 1, max: 1 },
  run: async (context, { json }, [id = '']) => {
    const { env, cwd } = context;
    const client = createClient(await locateGateway(env, cwd));
    const terminal = terminalOf(env, process.stdout);
    return followRun(client, id, { context, terminal, signals: process, json });
  },
});
