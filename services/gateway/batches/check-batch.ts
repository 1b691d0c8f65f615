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
import { type Starter, withLoginSteps } from '../runs/store-flow.ts';
import { testNames } from './test-names.ts';

type AskedFlow = BatchBody['flows'][number];

/** So many rows are checked before other requests have a turn. */
const ROWS_AT_ONCE = 10;

/** @throws RequestError that names each row that is wrong, the first flow that has any */
export async function checkBatch(
  sql: Sql,
  { body, sent, who }: { body: BatchBody; sent: unknown; who: Starter },
): Promise<{ flows: NewBatchFlow[]; tests: NewBatchTest[] }> {
  const flows: NewBatchFlow[] = [];
  const tests: Omit<NewBatchTest, 'name'>[] = [];
  for (const [position, asked] of body.flows.entries()) {
    const at = ['flows', position];
    const written = (sent as { flows: { flow: { definition?: unknown } }[] }).flows[position]!.flow
      .definition;
    const { flow, content } = await flowOf(sql, { asked, written, who, at });
    const start = { ...body.start, ...asked.start };
    flows.push({ ...flow, start });
    const labels = [...(body.labels ?? []), ...(asked.labels ?? [])];
    tests.push(...(await checkRows(sql, { asked, content, start, labels, position, who })));
  }
  const rows = body.flows.flatMap(({ flow, rows }) => rows.map((row) => ({ ...row, flow: flow.name })));
  const names = testNames(rows);
  return { flows, tests: tests.map((test, index) => ({ ...test, name: names[index]! })) };
}

interface FlowPlace {
  asked: AskedFlow;
  /** Its definition as it was sent. */
  written: unknown;
  who: Starter;
  at: (string | number)[];
}

/** The stored version, or the definition if that is none. */
async function flowOf(
  sql: Sql,
  { asked: { flow }, written, who: { projectId, language }, at }: FlowPlace,
): Promise<{ flow: Omit<NewBatchFlow, 'start'>; content: FlowBody }> {
  const { name, version, definition } = flow;
  const newest = await findNamedFlow(sql, { projectId, name });
  if (definition) {
    const body = keptBody(written, definition);
    const isNewest = newest && digestOf(newest.body) === digestOf(body);
    const kept = isNewest ? { version: newest.version, body: null } : { version: null, body };
    return { flow: { name, ...kept }, content: body };
  }
  if (!newest) throw invalid([{ path: [...at, 'flow', 'name'], message: 'no_such_flow' }], language);
  if (version === undefined || version === newest.version)
    return { flow: { name, version: newest.version, body: null }, content: newest.body };
  const found = await findFlowVersion(sql, { projectId, name, version });
  if (!found) throw invalid([{ path: [...at, 'flow', 'version'], message: 'no_such_version' }], language);
  return { flow: { name, version, body: null }, content: found.body };
}

interface Rows {
  asked: AskedFlow;
  content: FlowBody;
  start: Fields;
  /** What the batch and the flow have in common. */
  labels: readonly string[];
  position: number;
  who: Starter;
}

async function checkRows(
  sql: Sql,
  { asked: { flow, rows }, content, start, labels, position, who }: Rows,
): Promise<Omit<NewBatchTest, 'name'>[]> {
  const issues: FoundIssue[] = [];
  const tests: Omit<NewBatchTest, 'name'>[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await yieldToOthers();
    const own = [...new Set([...labels, ...(row.labels ?? [])])];
    const given = { ...start, labels: own, ...(row.inputs && { inputs: row.inputs }) };
    const checked = checkStart(content, given, who);
    const at = ['flows', position, 'rows', index];
    if (Array.isArray(checked))
      issues.push(...checked.map(({ path, message }) => ({ path: [...at, ...path], message })));
    else if (index === 0) await (await withLoginSteps(sql, checked, who)).check?.(sql);
    tests.push({
      position,
      flowName: flow.name,
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
