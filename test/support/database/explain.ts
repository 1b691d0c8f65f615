import { Client } from 'pg';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { numbered } from '#shared/adapters/database/named.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { statementsOf } from './recorder.ts';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Function Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

interface Explained {
  /** Execution time, ms. */
  ms: number;
  /** Pages of 8 KiB that were looked at. */
  buffers: number;
  /** Every node of the plan. */
  nodes: PlanNode[];
}

export interface Explainer extends AsyncDisposable {
  /** Carries the only statement of a repository's function out, with the generic plan that services get. */
  explain(run: (sql: Sql) => Promise<unknown>): Promise<Explained>;
}

export async function openExplainer(databaseUrl: string): Promise<Explainer> {
  const client = new Client({ connectionString: databaseUrl, options: SESSION_OPTIONS });
  client.on('error', () => undefined); // the next statement says so
  await client.connect();
  const prepared = new Map<string, string>();
  const literal = (value: unknown) => {
    if (value === null || value === undefined) return 'null';
    // JSON quotes an element in the way that PostgreSQL wants.
    const text = Array.isArray(value)
      ? `{${value.map((one) => JSON.stringify(String(one))).join(',')}}`
      : String(value);
    return client.escapeLiteral(text);
  };

  return {
    async explain(run) {
      const [statement, ...others] = await statementsOf(run);
      if (!statement || others.length > 0) throw new Error('one statement was expected');
      const { text, values } = numbered(statement.text, statement.values);
      const name = prepared.get(text) ?? `explained_${prepared.size}`;
      if (!prepared.has(text)) await client.query(`prepare ${name} as ${text}`);
      prepared.set(text, name);
      const call = values.length > 0 ? `${name} (${values.map(literal).join(', ')})` : name;
      const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode; 'Execution Time': number }[] }>(
        `explain (analyze, buffers, timing off, format json) execute ${call}`,
      );
      const { Plan: plan, 'Execution Time': ms } = rows[0]!['QUERY PLAN'][0]!;
      return { ms, buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], nodes: nodesOf(plan) };
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
