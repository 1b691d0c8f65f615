import { cancelAll, cancelListed } from '../bulk-cancel/bulk-cancel.ts';
import { SELECTION_OPTIONS, selectsByFilter } from '../bulk-cancel/selection.ts';
import { cancelOne } from '../cancel-one.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { dryRunText } from '../view/dry-run-text.ts';
import { plainJson } from '../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Cancels one run, several, or with --all every run that you may cancel and that matches the filters. Once a cancel',
    'is accepted, the run ends as cancelled, whatever its flow does meanwhile.',
  ],
  usage: '<id>... | --all',
  options: {
    reason: { type: 'string', help: 'stored with the run, and shown to everyone who may see it' },
    force: {
      type: 'boolean',
      default: false,
      help: 'close the page without waiting; also for a run that is already cancelling',
    },
    'dry-run': { type: 'boolean', default: false, help: 'only show what would happen' },
    ...SELECTION_OPTIONS,
    yes: {
      type: 'boolean',
      short: 'y',
      default: false,
      help: 'with --all: do not ask for confirmation; required in scripts',
    },
    'no-wait': {
      type: 'boolean',
      default: false,
      help: 'with several runs: do not wait until they have ended',
    },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 1_000 },
  examples: [
    ['ID --reason "wrong site"', 'one run'],
    ['--all --project Shop --older-than 1h', 'runs older than an hour, after a confirmation'],
    ['--all --yes --reason "deploy"', 'all runs, in a script'],
    ['--all --dry-run', 'only list them'],
  ],
  notes: [
    'Exit code 0: accepted, the runs will end as cancelled; 5: not accepted, e.g. because a run has ended.',
    'If the answer to a cancel is lost, it says so, looks for the cancel of each run, and says whether it is recorded.',
    'A cancel of several runs waits until they have ended, unless --no-wait is given; Ctrl-C only stops waiting.',
  ],
  run: async (context: CommandContext, values, ids) => {
    const { reason, force, json, all, 'dry-run': dryRun } = values;
    const mode = force ? 'force' : 'graceful';
    if (all && ids.length > 0) throw new UsageError('use ids or --all, not both');
    if (!all && selectsByFilter(values)) throw new UsageError('filters require --all');
    if (!all && ids.length === 0) throw new UsageError('missing argument: an id, or --all');
    if (all) return cancelAll(context, values, { reason, mode });
    if (ids.length > 1 && !dryRun) return cancelListed(context, values, { ids, reason, mode });

    const { out, outClosed: signal } = context;
    const client = await connect(context);
    if (!dryRun) return cancelOne(client, ids[0]!, { reason, mode, json }, context);
    for (const id of ids) {
      const answer = await client.cancel(id, { reason, mode, dryRun, signal });
      for (const line of json ? [plainJson(answer)] : dryRunText(answer)) out(line);
    }
    return 0;
  },
});
