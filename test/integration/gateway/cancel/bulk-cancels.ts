import type { CancelJob } from '#shared/api/contract/cancel/cancel.ts';
import { addMember, call, createPerson, expectContract, type Sent, useGateway } from '../fixture.ts';

interface Recorded extends Record<string, unknown> {
  shown: string;
  mode: string | null;
  reason: string | null;
  user: string | null;
  key: string | null;
  asked: boolean;
}

/** The gateway of a file, those who cancel runs there, and what they send. */
export async function useBulkCancels() {
  const gateway = await useGateway({ statementTimeoutMs: 5_000 });
  const owner = await createPerson(gateway);
  const operator = await createPerson(gateway);
  const viewer = await createPerson(gateway);
  await addMember(gateway, owner.projectId, operator, 'operator');
  await addMember(gateway, owner.projectId, viewer, 'viewer');
  return {
    gateway,
    owner,
    operator,
    viewer,
    stranger: await createPerson(gateway),
    admin: await createPerson(gateway, 'admin'),
    async cancelRuns(sent: Sent): Promise<{ status: number; body: CancelJob }> {
      const answer = await call(gateway, 'POST', '/v1/runs/cancel', sent);
      expectContract('cancelRuns', answer);
      return answer as { status: number; body: CancelJob };
    },
    async readJob(id: string, sent: Sent) {
      const answer = await call(gateway, 'GET', `/v1/cancel-jobs/${id}`, sent);
      expectContract('readCancelJob', answer);
      return answer as { status: number; body: CancelJob };
    },
    recorded: (id: string) =>
      gateway.sql.row<Recorded>(
        `select shown_status as shown, cancel_mode as mode, cancel_reason as reason, cancel_user_id as user,
           cancel_key_id as key, cancel_asked_at <= cancel_requested_at as asked from runs where id = $1`,
        [id],
      ),
  };
}
