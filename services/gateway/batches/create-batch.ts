import { randomUUID } from 'node:crypto';
import { createBatch, findRequested } from '#shared/adapters/database/batches/create.ts';
import { findBatch } from '#shared/adapters/database/batches/read.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { BATCH_LIMITS as LIMIT } from '#shared/api/limits.ts';
import type { GatewayConfig } from '../deps.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { idempotencyKey } from '../runs/idempotency.ts';
import { checkBatch } from './check-batch.ts';
import { presentBatch } from './present.ts';

/** Stores a batch once all of it was checked; any gateway starts its runs (`start-tests.ts`). */
export const createCreateBatch =
  (sql: Sql, { sealPublicKey }: Pick<GatewayConfig, 'sealPublicKey'>): Handler<'createBatch'> =>
  async ({ actor, project, body, sent, headers, ctx }) => {
    const key = headers['idempotency-key'];
    const request = key === undefined ? undefined : idempotencyKey(key, { batch: body, project: project.id });
    const answer = async (made: { id: string; replayed: boolean }) => {
      const row = await findBatch(sql, { projectId: project.id, id: made.id });
      if (!row) throw new RequestError('not_found');
      return {
        status: 201 as const,
        body: presentBatch(row),
        ...(made.replayed && { headers: { 'Idempotent-Replayed': 'true' } }),
      };
    };
    // A key that was used decides the answer, whatever has become of the flows.
    const used = request && (await findRequested(sql, actor.userId, request));
    if (used === 'idempotency_mismatch') throw new RequestError(used);
    if (used) return answer(used);
    const who = { actor, projectId: project.id, language: ctx.state.language };
    const hasVault = sealPublicKey !== undefined;
    const checked = await checkBatch(sql, { body, sent, who, hasVault });
    const { name, labels = [], maxParallel, retries, stopOnFailure } = body;
    const made = await createBatch(sql, {
      id: randomUUID(),
      projectId: project.id,
      userId: actor.userId,
      scopes: actor.scopes === 'all' ? null : actor.scopes,
      name: name || null,
      labels: [...new Set(labels)],
      maxParallel,
      retries,
      stopOnFailure,
      ...checked,
      request,
      most: LIMIT.live,
    });
    if (typeof made === 'string') throw new RequestError(made);
    return answer(made);
  };
