import { defineCommand } from '../command.ts';
import { followRun } from '../flow/follow-run.ts';
import { connect } from '../gateway/connect.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  about: ['Shows a run from its beginning until it ends. Ctrl-C stops watching, not the run.'],
  usage: '<id>',
  options: {
    json: { type: 'boolean', default: false, help: 'print each stream entry as a line of JSON' },
  },
  positionals: { min: 1, max: 1 },
  examples: [['ID', 'a live or finished run']],
  notes: ['Exit code 0: pass; 1: fail.'],
  run: async (context, { json }, [id = '']) => {
    const client = await connect(context);
    const terminal = terminalOf(context.env, process.stdout);
    return followRun(client, id, { context, terminal, signals: process, json });
  },
});
