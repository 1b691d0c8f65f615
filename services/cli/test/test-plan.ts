/*
 * What `ghostly test` asks for: a batch of flows in files, each with its rows, or of named flows. Checked here by the
 * contract, so that nothing is started for what would be refused.
 */
import { resolve } from 'node:path';
import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import type { BatchInput } from '#shared/api/client/index.ts';
import { batchBody } from '#shared/api/contract/batches/batches.ts';
import { issueWords } from '#shared/api/contract/errors/issue-words.ts';
import { issueText } from '#shared/api/contract/errors/issues.ts';
import { KEPT_FIELDS } from '#shared/api/contract/flows/flows.ts';
import { START_FIELDS } from '#shared/api/contract/runs/start.ts';
import { UsageError } from '../command.ts';
import { FlowError } from '../flow/flow-file.ts';
import { inputsOf } from '../flow/inputs.ts';
import { runOptionsOf } from '../flow/run-options.ts';
import { flowReferenceOf } from '../flow/run-source.ts';
import type { VisitedSite } from '../flow/sample-site.ts';
import { type LocalFlow, rowsFileOf } from '../flows/local-flows.ts';
import { plainText } from '../view/plain-text.ts';
import { nameInCi } from './batch-name.ts';
import { filesBy, isFile } from './flow-files.ts';
import { checkOptions, countOf, type TestValues } from './options.ts';
import { type FlowSource, placed } from './places.ts';
import { checkReportFiles } from './report-files.ts';
import { type InputRow, readRows } from './rows.ts';
import { unknownFields } from './unknown-fields.ts';

type PlannedFlow = BatchInput['flows'][number];
type Start = NonNullable<BatchInput['start']>;
type Inputs = NonNullable<InputRow['inputs']>;

export interface TestPlan {
  body: BatchInput;
  /** Where each of its flows is from. */
  sources: readonly FlowSource[];
  /** The sites of the flows in files. */
  visits: readonly VisitedSite[];
  /** The project that the files name. */
  project: string | undefined;
  /** The fields of files that mean nothing. */
  ignored: readonly { file: string; fields: string[] }[];
}

/** @throws UsageError, or FlowError that names each wrong place, or says that there is no file */
export async function planTests(
  values: TestValues,
  patterns: readonly string[],
  { env, cwd }: { env: Environment; cwd: string },
): Promise<TestPlan> {
  checkOptions(values, patterns);
  await checkReportFiles(values, cwd);
  const inputs = (await inputsOf(values, cwd)) as Inputs | undefined;
  const rows = values.rows === undefined ? undefined : await readRows(values.rows, cwd);
  const files = await filesBy(patterns, cwd);
  if (rows !== undefined && files.length > 1) throw new UsageError('--rows is for one flow');
  const own = startOf(values);
  const read = await Promise.all(
    files.map(async (file) => {
      const beside = rowsFileOf(file.file);
      const isThere = rows === undefined && (await isFile(resolve(cwd, beside)));
      const given = isThere ? await readRows(beside, cwd) : rows;
      return {
        flow: flowOf(file, { rows: given, inputs, own }),
        source: { file: file.file, rows: isThere ? beside : values.rows },
      };
    }),
  );
  const named = (values.flow ?? []).map((text) => ({
    flow: { flow: flowReferenceOf(text), ...rowsOf({ rows, inputs, file: {} }) } as PlannedFlow,
    source: { named: text, rows: values.rows },
  }));
  const all = [...read, ...named];
  const plan = {
    body: bodyOf(
      values,
      env,
      all.map(({ flow }) => flow),
      own,
    ),
    sources: all.map(({ source }) => source),
    visits: files.map(({ flow }) => ({
      site: textOf(flow.site),
      flow: { baseUrl: textOf(flow.baseUrl) ?? '' },
    })),
    project: projectOf(files),
    ignored: files
      .map(({ file, flow }) => ({ file, fields: unknownFields(flow) }))
      .filter(({ fields }) => fields.length > 0),
  };
  check(plan);
  return plan;
}

interface Given {
  rows: readonly InputRow[] | undefined;
  /** Those of the options. */
  inputs: Inputs | undefined;
}

/** What a file says, sorted into the flow itself, its rows, its labels, and how its runs are started. */
function flowOf({ name, flow }: LocalFlow, { own, ...given }: Given & { own: Start }): PlannedFlow {
  const { inputs: _, labels, name: __, ...fields } = flow;
  const isOfStart = ([field]: [string, unknown]) =>
    (START_FIELDS as readonly string[]).includes(field) && !KEPT_FIELDS.includes(field);
  const { start = [], kept = [] } = Object.groupBy(Object.entries(fields), (entry) =>
    isOfStart(entry) ? 'start' : 'kept',
  );
  // An option counts more than what the file says.
  const more = start.filter(([field]) => !Object.hasOwn(own, field));
  const planned: object = {
    flow: { name, definition: Object.fromEntries(kept) },
    ...rowsOf({ ...given, file: flow }),
    ...(labels !== undefined && { labels }),
    ...(more.length > 0 && { start: Object.fromEntries(more) }),
  };
  return planned as PlannedFlow;
}

/** The rows of a flow: what the option `--input` says counts more than a row, and a row more than its file. */
function rowsOf({ rows, inputs, file }: Given & { file: LocalFlow['flow'] }): Pick<PlannedFlow, 'rows'> {
  const named: InputRow | undefined = file.name === undefined ? undefined : { name: file.name as string };
  const base = file.inputs as Inputs | undefined;
  if (rows === undefined && inputs === undefined && base === undefined && named === undefined) return {};
  return {
    rows: (rows ?? [named ?? {}]).map((row) => {
      const all = merged([base, row.inputs, inputs]);
      return { ...row, ...(all && { inputs: all }) };
    }),
  };
}

/** The later ones count more. What is no object is not spread, and refused at its place. */
function merged(parts: readonly (Inputs | undefined)[]): Inputs | undefined {
  const given = parts.filter((part) => part !== undefined);
  const wrong = given.find((part) => typeof part !== 'object' || part === null || Array.isArray(part));
  if (wrong !== undefined || given.length === 0) return wrong;
  return Object.fromEntries(given.flatMap((part) => Object.entries(part)));
}

/** What all runs are started with by the options. */
function startOf(values: TestValues): Start {
  const { name: _, labels: __, cancelPrevious: ___, ...options } = runOptionsOf(values);
  const { 'base-url': baseUrl } = values;
  return { ...options, ...(baseUrl !== undefined && { baseUrl }) };
}

function bodyOf(values: TestValues, env: Environment, flows: PlannedFlow[], start: Start): BatchInput {
  const name = values.name ?? nameInCi(env);
  const retries = countOf('retries', values);
  const maxParallel = countOf('max-parallel', values);
  return {
    flows,
    ...(name !== undefined && { name }),
    ...(Object.keys(start).length > 0 && { start }),
    ...(maxParallel !== undefined && { maxParallel }),
    ...(retries !== undefined && { retries }),
    ...(values['stop-on-failure'] && { stopOnFailure: true }),
    ...(values.label !== undefined && { labels: values.label }),
  };
}

/** @throws FlowError if two files name different projects */
function projectOf(files: readonly LocalFlow[]): string | undefined {
  const named = files.filter(({ project }) => project !== undefined);
  const other = named.find(({ project }) => project !== named[0]?.project);
  if (other !== undefined)
    throw new FlowError(
      plainText(`${named[0]?.file} and ${other.file} name different projects: test them one after the other`),
    );
  return textOf(named[0]?.project);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** @throws FlowError */
function check({ body, sources }: Pick<TestPlan, 'body' | 'sources'>): void {
  const { error } = batchBody.safeParse(body, { error: issueWords('en') });
  if (error === undefined) return;
  const issues = error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message: issueText(message),
  }));
  throw new FlowError('these tests cannot be started:', issues.map(placed(sources)));
}
