import { findProjectId } from '#shared/api/client/find-project.ts';
import {
  ApiError,
  type CancelJob,
  type CancelManyInput,
  type Client,
  isAnswerLost,
  type RunSummary,
} from '#shared/api/client/index.ts';
import { isShortId } from '#shared/domain/run/short-id.ts';
import { lookForAll } from '../cancel-one.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { errorText } from '../error-text.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../gateway/connect.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { runTable } from '../view/run-table.ts';
import { terminalOf } from '../view/terminal.ts';
import { followJob } from './follow-job.ts';
import { type BulkSelection, bulkOf, filtersOf, type SelectionValues, selectionOf } from './selection.ts';

interface Values extends SelectionValues {
  yes: boolean;
  'dry-run': boolean;
  'no-wait': boolean;
  json: boolean;
}
type How = Pick<CancelManyInput, 'reason' | 'mode'>;

/** Counted and shown up to here. */
const SHOWN = 100;

/** Cancels the runs that match the filters, after a confirmation. Resolves to the exit code. */
export async function cancelAll(context: CommandContext, values: Values, how: How): Promise<number> {
  const { confirm, err } = context;
  if (!values.yes && !values['dry-run'] && confirm === undefined)
    throw new UsageError('--all needs --yes without a terminal');
  const selection = selectionOf(values, undefined, Date.now());
  const client = await connect(context);
  if (values.project !== undefined)
    selection.project = await findProjectId(client, values.project, {
      signal: context.outClosed,
    });
  if (values['dry-run']) return showMatching(context, client, selection, values.json);
  if (!values.yes) {
    const { length } = await matching(client, selection, context.outClosed);
    if (length === 0) {
      err('no matching runs');
      return EXIT.done;
    }
    const count = length > SHOWN ? `more than ${SHOWN} runs` : length === 1 ? 'one run' : `${length} runs`;
    if (!(await confirm?.(`Cancel ${count}?`))) {
      err('nothing was cancelled');
      return EXIT.refused;
    }
  }
  const job = await client.cancelMany({ ...bulkOf(selection), ...how }, { signal: context.outClosed });
  return follow(context, client, values, job);
}

/** Cancels the runs with these ids. Resolves to the exit code. */
export async function cancelListed(
  context: CommandContext,
  values: Values,
  { ids: named, ...how }: How & { ids: readonly string[] },
): Promise<number> {
  const client = await connect(context);
  const ids: string[] = [];
  for (const one of named) ids.push(await wholeId(client, one, context.outClosed));
  let job: CancelJob;
  try {
    job = await client.cancelMany({ ids, ...how }, { signal: context.outClosed });
  } catch (error) {
    if (!isAnswerLost(error)) throw error;
    context.err(`${errorText(error)}: the cancels are perhaps recorded; looking`);
    return lookForAll(client, ids, { mode: how.mode ?? 'graceful', json: values.json }, context);
  }
  return follow(context, client, values, job);
}

/** A bulk cancel takes whole ids. One that names no run is the cancel's to refuse. */
async function wholeId(client: Client, named: string, signal: AbortSignal): Promise<string> {
  if (!isShortId(named)) return named;
  try {
    return (await client.get(named, { signal })).id;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return named;
    throw error;
  }
}

function follow(context: CommandContext, client: Client, values: Values, job: CancelJob): Promise<number> {
  const options = { context, terminal: terminalOf(context.env, process.stderr), json: values.json };
  return followJob(client, job, { ...options, wait: !values['no-wait'] });
}

/** The runs that match, newest first, at most one more than is shown. */
async function matching(
  client: Client,
  selection: BulkSelection,
  signal: AbortSignal,
): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  for (const filter of filtersOf(selection))
    for await (const run of client.list(filter, { signal })) {
      if (selection.until !== undefined && Date.parse(run.startedAt) >= Date.parse(selection.until)) continue;
      if (found.push(run) > SHOWN) return found;
    }
  return found;
}

async function showMatching(
  context: CommandContext,
  client: Client,
  selection: BulkSelection,
  json: boolean,
) {
  const { env, out, err, outClosed } = context;
  const runs = await matching(client, selection, outClosed);
  if (json) out(plainJson(runs));
  else if (runs.length === 0) out('no matching runs');
  else {
    const { colour, width } = terminalOf(env, process.stdout);
    for (const line of runTable(runs.slice(0, SHOWN), createPalette(colour), Date.now(), width)) out(line);
    if (runs.length > SHOWN) err('… and more');
    err('Of these, the runs that you may cancel would be cancelled; nothing was done.');
  }
  return EXIT.done;
}
