import { findProjectId } from '#shared/api/client/find-project.ts';
import type { RunFilter, RunSummary } from '#shared/api/client/index.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { pastTime } from '../duration-option.ts';
import { connect } from '../gateway/connect.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { runTable } from '../view/run-table.ts';
import { terminalOf } from '../view/terminal.ts';

const MOST = 100_000;
const LARGEST_PAGE = 1_000;

type Asked = Partial<
  Record<
    'search' | 'label' | 'status' | 'outcome' | 'flow' | 'context' | 'since' | 'until' | 'by' | 'stopped-by',
    string | undefined
  >
>;

function filterOf({
  search: q,
  label,
  status,
  outcome,
  flow,
  context: contextId,
  ...rest
}: Asked): RunFilter {
  const { since, until, by: startedBy, 'stopped-by': stoppedBy } = rest;
  const time = (option: string, text: string | undefined) =>
    text === undefined ? undefined : pastTime(option, text, Date.now());
  return {
    q,
    label,
    flow,
    contextId,
    startedBy,
    stoppedBy,
    status: STATUSES.find((known) => known === status),
    outcome: OUTCOMES.find((known) => known === outcome),
    since: time('--since', since),
    until: time('--until', until),
  };
}

export const command = defineCommand({
  about: ['Lists the runs that you may see, newest first.'],
  usage: '',
  options: {
    search: {
      type: 'string',
      short: 's',
      value: 'WORDS',
      help: 'only runs with these words in their name, title, labels, address or error, or with this id',
    },
    label: { type: 'string', value: 'LABEL', help: 'only runs with this label' },
    project: { type: 'string', value: 'P', help: 'only runs of this project (id or label)' },
    status: {
      type: 'string',
      value: 'STATUS',
      choices: STATUSES,
      help: `only runs with this status: ${STATUSES.join(', ')}`,
    },
    outcome: {
      type: 'string',
      value: 'OUTCOME',
      choices: OUTCOMES,
      help: `only runs that ended as: ${OUTCOMES.join(', ')}`,
    },
    flow: { type: 'string', value: 'NAME', help: 'only runs of this named flow; with --project' },
    context: { type: 'string', value: 'ID', help: 'only runs with this contextId' },
    since: { type: 'string', value: 'TIME', help: 'only runs started since then, e.g. 2h, 7d or 2026-11-25' },
    until: { type: 'string', value: 'TIME', help: 'only runs started before then' },
    longest: {
      type: 'boolean',
      default: false,
      help: 'only runs that go on, the one that has run or waited longest first',
    },
    attention: {
      type: 'boolean',
      default: false,
      help: 'only runs that failed or were lost and were not run again, that ask, or take long',
    },
    'waiting-for-person': {
      type: 'boolean',
      default: false,
      help: 'only runs that wait for a person, and that you may answer',
    },
    by: { type: 'string', value: 'USER', help: 'only runs that this user started: me, or an id' },
    'stopped-by': { type: 'string', value: 'USER', help: 'only runs whose end this user asked for' },
    limit: { type: 'string', short: 'n', value: 'N', default: '100', help: 'maximum number of runs (100)' },
    json: { type: 'boolean', default: false, help: 'as one JSON array, with the steps' },
  },
  positionals: { min: 0, max: 0 },
  examples: [
    ['--status running', 'runs that have not ended'],
    ['--project Shop --outcome fail --since 7d', 'failed runs of the last week in the project Shop'],
    ['--search "checkout timeout" --label nightly', 'runs by their words and a label'],
    ['--attention --since 12h', 'what went wrong in the night'],
    ['--waiting-for-person', 'what you are asked now'],
    ['-n 1000 --json', 'the latest thousand, for scripts'],
  ],
  run: async (
    context,
    { project, limit, json, longest, attention, 'waiting-for-person': forMe, ...asked },
  ) => {
    const { env, out, outClosed: signal } = context;
    if (attention && forMe) throw new UsageError('--attention has those of --waiting-for-person: give one');
    const most = parseWholeNumber('--limit', limit, 1, MOST);
    const filter: RunFilter = {
      ...filterOf(asked),
      order: longest ? 'longest' : undefined,
      attention: attention ? '1' : forMe ? 'me' : undefined,
      pageSize: Math.min(most, LARGEST_PAGE),
    };
    const client = await connect(context);
    if (project !== undefined) filter.project = await findProjectId(client, project, { signal });
    const runs: RunSummary[] = [];
    for await (const page of client.list(filter, { signal }).pages()) {
      runs.push(...page);
      if (runs.length >= most) break;
    }
    const shown = runs.slice(0, most);
    if (json) out(plainJson(shown));
    else if (shown.length === 0) out('no matching runs');
    else {
      const { colour, width } = terminalOf(env, process.stdout);
      for (const line of runTable(shown, createPalette(colour), Date.now(), width)) out(line);
    }
    return 0;
  },
});
