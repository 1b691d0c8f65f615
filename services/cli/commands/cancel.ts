import { cancelAll, cancelListed } from '../bulk-cancel/bulk-cancel.ts';
import { isFiltered, SELECTION_OPTIONS } from '../bulk-cancel/selection.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { dryRunText } from '../view/dry-run-text.ts';
import { plainJson } from '../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Stops a run, several, or with --all every run that you may cancel and that the filters match. What is accepted',
    'comes true: the run ends as cancelled, whatever its flow does meanwhile.',
  ],
  usage: '<id>... | --all',
  options: {
    reason: { type: 'string', help: 'kept with the run, and shown to everybody who watches it' },
    force: {
      type: 'boolean',
      default: false,
      help: 'close its page at once, waiting for nothing; of a run that is cancelling already, too',
    },
    'dry-run': { type: 'boolean', default: false, help: 'only say what would happen' },
    ...SELECTION_OPTIONS,
    yes: { type: 'boolean', short: 'y', default: false, help: 'with --all: do not ask; needed in scripts' },
    'no-wait': { type: 'boolean', default: false, help: 'of many: do not wait until all of them have ended' },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 1_000 },
  examples: [
    ['ID --reason "wrong site"', 'one run'],
    ['--all --project Shop --older-than 1h', 'what has run for long, after a question'],
    ['--all --yes --reason "deploy"', 'all, in a script'],
    ['--all --dry-run', 'which those are'],
  ],
  notes: [
    'Exit code 0: accepted, the runs end as cancelled whatever happens; 1: not, e.g. because a run has ended.',
    'Without --no-wait a cancel of many ends when they have ended; Ctrl-C ends the waiting only.',
  ],
  run: async (context: CommandContext, values, ids) => {
    const { reason, force, json, all, 'dry-run': dryRun } = values;
    const mode = force ? 'force' : 'graceful';
    if (all && ids.length > 0) throw new UsageError('it is ids or --all, not both');
    if (!all && isFiltered(values)) throw new UsageError('filters are for --all');
    if (!all && ids.length === 0) throw new UsageError('an argument is missing: an id, or --all');
    if (all) return cancelAll(context, values, { reason, mode });
    if (ids.length > 1 && !dryRun) return cancelListed(context, values, { ids, reason, mode });

    const { out, outClosed: signal } = context;
    const client = await connect(context);
    for (const id of ids) {
      if (dryRun) {
        const answer = await client.cancel(id, { reason, mode, dryRun, signal });
        for (const line of json ? [plainJson(answer)] : dryRunText(answer)) out(line);
        continue;
      }
      const answer = await client.cancel(id, { reason, mode, signal });
      if (json) out(plainJson(answer));
      else if (answer.status === 'cancelled') out(`cancelled ${answer.id}: no runner had it any more`);
      else out(`cancelling ${answer.id}`);
    }
    return 0;
  },
});
