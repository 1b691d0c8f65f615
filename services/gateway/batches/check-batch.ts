/*
 * Whether a batch can be run: each of its rows is checked as the start that it will be, before the first one. What is stored
 * says the version of each flow, so that all of its attempts are of one.
 */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { NewBatchFlow, NewBatchTest } from '#shared/adapters/database/batches/create.ts';
import { type FlowBody, findFlowVersion, findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { BatchBody } from '#shared/api/contract/batches/batches.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { QUARANTINE } from '#shared/domain/batch/rules.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import { digestOf, keptBody } from '../flows/kept-body.ts';
import { RequestError } from '../http/errors.ts';
import { type FoundIssue, invalid } from '../http/input.ts';
import { withInputs } from '../runs/check-inputs.ts';
import { startOfKept } from '../runs/named-start.ts';
import { secretsInClear } from '../runs/secrets-in-clear.ts';
import { isSealed, type Starter, withLoginSteps } from '../runs/store-flow.ts';
import { testNames } from './test-names.ts';

type AskedFlow = BatchBody['flows'][number];

/** Rows are checked for so long before other requests have a turn, ms. */
const TURN_MS = 8;

interface CheckedBatch {
  flows: NewBatchFlow[];
  tests: NewBatchTest[];
}

interface Checking {
  body: BatchBody;
  sent: unknown;
  who: Starter;
  /** What a run keeps can be sealed. */
  hasVault: boolean;
}

/** @throws RequestError that names each row that is wrong, of the first flow that has any */
export async function checkBatch(sql: Sql, { body, sent, who, hasVault }: Checking): Promise<CheckedBatch> {
  const flows: NewBatchFlow[] = [];
  const tests: Omit<NewBatchTest, 'name'>[] = [];
  const written = (sent as { flows: { flow: { definition?: unknown } }[] }).flows;
  const readStored = createReadStored(sql, who.projectId);
  const mayStart = createMayStart(sql, who, hasVault);
  const takeTurns = createTurnTaking();
  for (const [position, asked] of body.flows.entries()) {
    const found = await flowOf(readStored, asked.flow, written[position]!.flow.definition);
    if ('path' in found)
      throw invalid([{ ...found, path: ['flows', position, 'flow', ...found.path] }], who.language);
    const { content, ...flow } = found;
    const start = { ...body.start, ...asked.start };
    flows.push({ ...flow, start });
    const labels = [...(body.labels ?? []), ...(asked.labels ?? [])];
    tests.push(...(await checkRows({ asked, content, start, labels, position, who, mayStart, takeTurns })));
  }
  const rows = body.flows.flatMap(({ flow, rows }) => rows.map((row) => ({ ...row, flow: flow.name })));
  const names = testNames(rows);
  return { flows, tests: tests.map((test, index) => ({ ...test, name: names[index]! })) };
}

type Stored = { version: number; body: FlowBody } | undefined;
type ReadStored = (name: string, version?: number) => Promise<Stored>;

/** Reads each version once, however many flows of a batch are of it; without a version the newest. */
function createReadStored(sql: Sql, projectId: string): ReadStored {
  const read = new Map<string, Promise<Stored>>();
  return (name, version) => {
    const key = `${name} ${version ?? ''}`;
    const found =
      read.get(key) ??
      (version === undefined
        ? findNamedFlow(sql, { projectId, name })
        : findFlowVersion(sql, { projectId, name, version }));
    read.set(key, found);
    return found;
  };
}

/** Looks once for each flow with its start whether the caller may use what these name of the vault. */
function createMayStart(sql: Sql, who: Starter, hasVault: boolean) {
  const looked = new Map<FlowBody, Set<string>>();
  return async (content: FlowBody, start: Fields, body: StartBody): Promise<void> => {
    const starts = looked.get(content) ?? new Set();
    looked.set(content, starts);
    const key = JSON.stringify(start);
    if (starts.has(key)) return;
    if (isSealed(body) && !hasVault) throw new RequestError('no_vault');
    await (await withLoginSteps(sql, body, who)).check?.(sql);
    starts.add(key);
  };
}

function createTurnTaking(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < TURN_MS) return;
    await yieldToOthers();
    began = performance.now();
  };
}

/** The stored version, or the definition if that is none; or what is wrong. */
async function flowOf(
  readStored: ReadStored,
  { name, version, definition }: AskedFlow['flow'],
  written: unknown,
): Promise<(Omit<NewBatchFlow, 'start'> & { content: FlowBody }) | FoundIssue> {
  const newest = await readStored(name);
  if (definition) {
    const body = keptBody(written, definition);
    const isNewest = newest && digestOf(newest.body) === digestOf(body);
    const kept = isNewest ? { version: newest.version, body: null } : { version: null, body };
    return { name, ...kept, content: isNewest ? newest.body : body };
  }
  if (!newest) return { path: ['name'], message: 'no_such_flow' };
  const found =
    version === undefined || version === newest.version ? newest : await readStored(name, version);
  if (!found) return { path: ['version'], message: 'no_such_version' };
  return { name, version: found.version, body: null, content: found.body };
}

interface Rows {
  asked: AskedFlow;
  content: FlowBody;
  start: Fields;
  /** What the batch and the flow have in common. */
  labels: readonly string[];
  position: number;
  who: Starter;
  mayStart: ReturnType<typeof createMayStart>;
  takeTurns(): Promise<void>;
}

async function checkRows(rows: Rows): Promise<Omit<NewBatchTest, 'name'>[]> {
  const { asked, content, start, labels, position, who, mayStart, takeTurns } = rows;
  const issues: FoundIssue[] = [];
  const tests: Omit<NewBatchTest, 'name'>[] = [];
  for (const [index, row] of asked.rows.entries()) {
    await takeTurns();
    const own = [...new Set([...labels, ...(row.labels ?? [])])];
    const given = { ...start, labels: own, ...(row.inputs && { inputs: row.inputs }) };
    const checked = checkStart(content, given, who);
    const at = ['flows', position, 'rows', index];
    if (Array.isArray(checked))
      issues.push(...checked.map(({ path, message }) => ({ path: [...at, ...path], message })));
    else await mayStart(content, start, checked);
    tests.push({
      position,
      flowName: asked.flow.name,
      inputs: row.inputs ?? null,
      labels: own,
      quarantined: own.includes(QUARANTINE),
    });
  }
  if (issues.length > 0) throw invalid(issues.slice(0, MOST_ISSUES), who.language);
  return tests;
}

const MOST_ISSUES = 100;

/** The start that a row makes, or what is wrong with it. */
function checkStart(
  content: FlowBody,
  given: Fields,
  { projectId, language }: Starter,
): StartBody | FoundIssue[] {
  try {
    const body = withInputs(startOfKept(content, { ...given, project: projectId }, language), language);
    const secrets = secretsInClear(body);
    return secrets.length > 0 ? secrets : body;
  } catch (error) {
    if (!(error instanceof RequestError) || !error.details) throw error;
    return error.details.issues.map(({ path, message }) => ({ path: path.split('.'), message }));
  }
}
