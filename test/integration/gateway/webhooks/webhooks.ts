import { randomUUID } from 'node:crypto';
import { createWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import { queueRun } from '../../../support/database/runs.ts';
import type { Person, TestGateway } from '../fixture.ts';

/** A webhook of the project, and what it was sent of one run of it. */
export async function addWebhook(
  { sql }: TestGateway,
  projectId: string,
  { userId }: Pick<Person, 'userId'>,
) {
  const given = { id: randomUUID(), url: 'http://127.0.0.1:1/hook', description: '', events: WEBHOOK_EVENTS };
  const by = { userId };
  const made = await createWebhook(sql, { projectId, by, ...given, secret: 'whsec_AAAA' }, undefined);
  if (typeof made === 'string') throw new Error(made);
  const run = await queueRun(sql, { userId, projectId });
  const reported = await sql.row<{ id: string }>('select id from webhook_deliveries where webhook_id = $1', [
    made.id,
  ]);
  return { webhook: made.id, delivery: reported!.id, run: run.id };
}
