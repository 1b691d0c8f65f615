import { findProjectId } from '#shared/api/client/find-project.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { FLOW_ACTIONS } from '../../flows/acts.ts';
import { connect } from '../../gateway/connect.ts';

/** Actions that store or write, and can say what they would. */
const CHANGES: readonly string[] = ['push', 'pull'];

export const command = defineCommand({
  about: [
    'Named flows of a project, each in versions that never change. A folder of flows in git can be their source:',
    'flows/shop/order.json is the flow shop.order.',
  ],
  usage: "[list | push 'flows/**/*.json' | pull [folder] | diff 'flows/**/*.json']",
  actions: {
    list: { args: [], help: 'list them, with their newest version' },
    push: { args: ['PATTERN'], help: 'store each file as a new version, unless nothing has changed' },
    pull: { args: [], optional: 'FOLDER', help: 'write each flow to its file in a folder (flows)' },
    diff: { args: ['PATTERN'], help: 'show how files differ from the newest versions' },
  },
  options: {
    project: { type: 'string', value: 'P', help: 'id or label (default: your oldest project)' },
    'dry-run': { type: 'boolean', default: false, help: 'with push and pull: only say what would change' },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 2 },
  examples: [
    ["push 'flows/**/*.json' --dry-run", 'check all files, e.g. of a pull request'],
    ["push 'flows/**/*.json' --project Shop", 'store what has changed'],
    ['pull', 'write the flows of your project to the folder flows'],
  ],
  notes: [
    'Put the pattern in quotes: names of flows are the paths below its fixed part. It may also be a folder or one file.',
    'All files are checked before the first is stored: if one is refused then, none is stored. A failure after that leaves',
    'those before it stored: push again. Start a flow with ghostly run --flow NAME.',
    'Exit code 0: done, whatever differs; 2: invalid flow, name or option, or no file; 5: changed by another meanwhile.',
  ],
  run: async (context, { project: named, json, 'dry-run': dryRun }, [action = '', place]) => {
    if (dryRun && !CHANGES.includes(action)) throw new UsageError(`--dry-run is not for ${action}`);
    const { outClosed: signal } = context;
    const client = await connect(context);
    const project = await findProjectId(client, named, { signal });
    const store = { client, project, signal };
    return (await FLOW_ACTIONS[action]?.({ context, store, json, dryRun }, place)) ?? 0;
  },
});
