import { z } from 'zod';
import { findProjectId } from '#shared/api/client/find-project.ts';
import type { RunSummary } from '#shared/api/client/index.ts';
import { since } from '#shared/api/contract/runs/runs.ts';
import { LONGEST, LONGEST_SEARCH } from '#shared/api/limits.ts';
import { OUTCOMES, outcomeOf } from '#shared/domain/run/outcome.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { briefOf, briefRun } from '../runs/brief-run.ts';
import { executedOf } from '../runs/report.ts';
import { defineTool, READS } from '../tool.ts';
import { quoted } from '../words.ts';
import { projectName } from './inputs.ts';

const PAGE = { usual: 20, largest: 50 };
/** The runs of a page take at most so many characters as JSON. */
const ROOM = 14_000;

const listed = briefRun.extend({ stepsExecuted: z.int().min(0) });

export const listRunsTool = defineTool({
  name: 'list_runs',
  title: 'List runs',
  description: 'Lists runs, newest first, in pages: nextCursor of an answer is the cursor of the next.',
  needs: 'runs:read',
  annotations: READS,
  input: z.object({
    search: z
      .string()
      .trim()
      .min(1)
      .max(LONGEST_SEARCH)
      .optional()
      .describe(
        'Those with all of these words in name, title, labels, address, error or reason, or with this id. A page may then be shorter and still have a nextCursor.',
      ),
    label: z.string().trim().min(1).max(LONGEST.label).optional().describe('Only with this label.'),
    project: projectName.describe('Only of this project: id or label.'),
    status: z
      .enum(STATUSES)
      .optional()
      .describe('Only with this status. `running` includes queued ones, `fail` cancelled ones.'),
    outcome: z
      .enum(OUTCOMES)
      .optional()
      .describe('Only those that ended so; `fail`: neither cancelled nor lost.'),
    flow: z.string().optional().describe('Only of this flow: needs project.'),
    contextId: z.string().min(1).max(200).optional().describe('Only those started with it.'),
    since: since.optional().describe('Only those started then or later, in ISO 8601, UTC.'),
    limit: z
      .int()
      .min(1)
      .max(PAGE.largest)
      .default(PAGE.usual)
      .describe('How many a page has at most: fewer if they are long.'),
    cursor: z.string().min(1).max(100).optional().describe('The nextCursor of the page before.'),
  }),
  output: z.object({ runs: z.array(listed), nextCursor: z.string().optional() }),
  async call({ project: named, limit, cursor, search, ...filter }, { client, signal }) {
    const project = named === undefined ? undefined : await findProjectId(client, named, { signal });
    const read = (pageSize: number) =>
      client.list({ ...filter, q: search, project, pageSize }, { signal }).page(cursor);
    const whole = await read(limit);
    const fitting = fitIn(whole.runs.map(listedOf), ROOM);
    // The next page has to begin where this one ends.
    const page = fitting < whole.runs.length ? await read(fitting) : whole;
    const runs = page.runs.map(listedOf);
    const more = page.next === undefined ? [] : [`More: call again with "cursor": "${page.next}".`];
    return {
      text: [`Runs: ${runs.length}.`, ...page.runs.map((run) => lineOf(briefOf(run))), ...more].join('\n'),
      data: { runs, ...(page.next !== undefined && { nextCursor: page.next }) },
    };
  },
});

const listedOf = (run: RunSummary) =>
  listed.parse({ ...briefOf(run), outcome: outcomeOf(run), stepsExecuted: executedOf(run) });

/** How many of the first items take at most `room` characters as JSON; at least one. */
function fitIn(items: readonly object[], room: number): number {
  let used = 0;
  const tooMany = items.findIndex((item) => {
    used += JSON.stringify(item).length;
    return used > room;
  });
  return tooMany < 0 ? items.length : Math.max(1, tooMany);
}

function lineOf(run: Omit<RunSummary, 'flow'>): string {
  const { id, state, startedAt, durationMs, baseUrl, stopReason, name } = run;
  const outcome = outcomeOf(run);
  const why = outcome === 'fail' && stopReason !== undefined ? ` (${stopReason})` : '';
  const took = outcome === undefined ? '' : ` took ${formatDuration(durationMs)}`;
  return `- ${id} ${outcome ?? state}${why} started ${startedAt}${took} ${quoted(name ?? baseUrl)}`;
}
