import { createClient } from '../client/client.ts';
import { locateGateway } from '../client/locate.ts';
import { defineCommand } from '../command.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { runTable } from '../view/run-table.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  usage: '[--project ID] [--json]',
  help: [
    '--project ID  only runs of this project',
    '--json        as one JSON array, with the steps',
    '',
    'The newest hundred runs that you may see.',
  ],
  options: { project: { type: 'string' }, json: { type: 'boolean', default: false } },
  positionals: { min: 0, max: 0 },
  run: async ({ env, cwd, out, outClosed }, { project, json }) => {
    const client = createClient(await locateGateway(env, cwd));
    const runs = await client.call('listRuns', { query: { project } }, outClosed);
    if (json) out(plainJson(runs));
    else if (runs.length === 0) out('no runs yet');
    else {
      const palette = createPalette(terminalOf(env, process.stdout).colour);
      for (const line of runTable(runs, palette, Date.now())) out(line);
    }
    return 0;
  },
});
