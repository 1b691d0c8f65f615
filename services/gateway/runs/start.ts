import { randomUUID } from 'node:crypto';
import { isId } from '#shared/contract/id.ts';
import { projectRoleOf } from '#shared/database/accounts/projects.ts';
import { acceptRun } from '#shared/database/runs/accept.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { budgetOf } from '#shared/run/budget.ts';
import { initialSnapshot } from '#shared/run/snapshot.ts';
import type { Handler } from '../call.ts';
import type { GatewayDeps } from '../deps.ts';
import { RequestError } from '../errors.ts';

/** Stores the run as queued, answers, and rings: a lost ring only makes it wait for a runner's next look. */
export function createStartRun(deps: Pick<GatewayDeps, 'database' | 'config' | 'ring'>): Handler<'startRun'> {
  const { sql } = deps.database;
  const budget = budgetOf(deps.config);
  const { queueTimeoutMs } = deps.config;
  return async ({ actor, body: { project, ...flow }, ctx, log }) => {
    const projectId = await startableProject(sql, actor.userId, project);
    const id = randomUUID();
    const stepTimeouts = flow.steps.map(({ timeoutMs }) => timeoutMs ?? flow.defaultTimeoutMs);
    const snapshot = initialSnapshot({ stepTimeouts, budget });
    await acceptRun(sql, { id, userId: actor.userId, projectId, flow, snapshot, queueTimeoutMs });
    // After the answer: a runner that starts at once would compete with it.
    ctx.res.once('close', () => void ring(deps.ring, id, log));
    return { status: 202, body: { ok: true, id, status: 'running' } };
  };
}

/** Beside the answer: it neither delays nor fails it. */
async function ring(doorbell: GatewayDeps['ring'], runId: string, log: Log): Promise<void> {
  try {
    await doorbell();
  } catch (error) {
    log.warn({ err: error, runId }, 'the doorbell failed');
  }
}

/** Starting takes an operator or owner of the project; whether others exist is not told. */
async function startableProject(sql: Sql, userId: string, project: string): Promise<string> {
  const role = isId(project) ? await projectRoleOf(sql, userId, project) : undefined;
  if (role !== 'operator' && role !== 'owner') throw new RequestError('invalid_project');
  return project;
}
