import { defineCommand } from '../command.ts';
import { followRun } from '../flow/follow-run.ts';
import { OUTPUT_OPTION } from '../flow/run-options.ts';
import { connect } from '../gateway/connect.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  about: ['Shows a run from its beginning until it ends. Ctrl-C stops watching, not the run.'],
  usage: '<id>',
  options: {
    output: { ...OUTPUT_OPTION, help: 'write its results there as JSON when it has ended' },
    json: { type: 'boolean', default: false, help: 'print each stream entry as a line of JSON' },
  },
  positionals: { min: 1, max: 1 },
  examples: [['ID', 'a live or finished run']],
  notes: ['Exit code 0: pass; 1: fail.'],
  run: async (context, { json, output }, [id = '']) => {
    const client = await connect(context);
    const terminal = terminalOf(context.env, process.stdout);
    return followRun(client, id, { context, terminal, signals: process, json, output });
  },
});
