import { findProjectId } from '#shared/api/client/find-project.ts';
import { defineCommand } from '../../command.ts';
import { connect } from '../../gateway/connect.ts';
import { explainRefusal, SCHEDULE_ACTIONS } from '../../schedules/acts.ts';
import { checkPlace, SCHEDULE_OPTIONS } from '../../schedules/options.ts';

export const command = defineCommand({
  about: [
    'Schedules of a project: named flows that are started at times. PATTERN has five fields: minute, hour, day of the month,',
    'month, day of the week.',
  ],
  usage: '[list | show … | put … | pause … | resume … | trigger … | backfill … | …]',
  actions: {
    list: { args: [], help: 'list them, with when each is due next, and how its last run was' },
    show: { args: ['NAME'], help: 'show its settings, its next times, and its last occurrences' },
    put: {
      args: ['NAME'],
      optional: 'FILE',
      help: 'make it, or replace all of its settings, by a JSON file (- for stdin) or options',
    },
    pause: { args: ['NAME'], help: 'leave its times out until it is resumed' },
    resume: { args: ['NAME'], help: 'let it go on; what was left out is not made up for' },
    trigger: { args: ['NAME'], help: 'start a run of it now, also while it is paused' },
    backfill: { args: ['NAME'], help: 'start what it would have started between --from and --to' },
    delete: { args: ['NAME'], help: 'delete it; its runs go on' },
    occurrences: { args: ['NAME'], help: 'list its times, newest first, with the run or why there is none' },
    preview: { args: ['PATTERN'], help: 'say when a pattern is due' },
  },
  options: SCHEDULE_OPTIONS,
  positionals: { min: 0, max: 3 },
  examples: [
    ['put nightly --cron "30 2 * * *" --flow shop.order', 'every night at half past two, UTC'],
    ['put nightly nightly.json', 'all settings that there are, from a file'],
    ['backfill nightly --from 7d --to 1d --dry-run', 'which runs of the last week are missing'],
    ['occurrences nightly --status failed_to_start', 'which times had no run, and why'],
    ['preview "30 2 * * 1-5" --timezone Europe/Berlin', 'try a pattern'],
  ],
  notes: [
    'put gives the whole: what is left out has its default. What show --json prints can be edited and put again.',
    'Times are shown by the clock of the zone of the schedule. Its runs are yours: they have the rights of who put it.',
    'Exit code 0: done, or started; with --watch 1: the run failed; 2: invalid settings or option.',
  ],
  run: async (context, values, [action = '', name = '', file]) => {
    checkPlace(action, values);
    const act = await SCHEDULE_ACTIONS[action]?.(values, context.cwd, name, file);
    const client = await connect(context);
    const { outClosed: signal } = context;
    // A preview is of no project.
    const project = action === 'preview' ? '' : await findProjectId(client, values.project, { signal });
    return (await act?.({ context, client, project }).catch(explainRefusal)) ?? 0;
  },
});
