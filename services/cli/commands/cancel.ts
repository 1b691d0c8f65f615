import { createClient } from '../client/client.ts';
import { locateGateway } from '../client/locate.ts';
import { defineCommand } from '../command.ts';
import { plainJson } from '../view/plain-text.ts';

export const command = defineCommand({
  usage: '<id> [--reason TEXT] [--force] [--json]',
  help: [
    '--reason TEXT  kept with the run, and shown to everybody who watches it',
    '--force        kill the browser at once; of a run that is cancelling already, too',
    '--json         the answer as JSON',
    '',
    'Exit code 0: accepted, the run ends as cancelled whatever happens; 1: not, e.g. because it has ended.',
  ],
  options: {
    reason: { type: 'string' },
    force: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  positionals: { min: 1, max: 1 },
  run: async ({ env, cwd, out, outClosed }, { reason, force, json }, [id = '']) => {
    const client = createClient(await locateGateway(env, cwd));
    const mode = force ? 'force' : 'graceful';
    const body = { mode, ...(reason !== undefined && { reason }) } as const;
    const reply = await client.call('cancelRun', { params: { id }, body }, outClosed);
    if (json) out(plainJson(reply));
    else if (reply.status === 'cancelled') out(`cancelled ${reply.id}: no runner had it any more`);
    else out(`cancelling ${reply.id}`);
    return 0;
  },
});
