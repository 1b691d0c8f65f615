/* I3: no more runs wait than may, and a start that is refused for that has cancelled nothing. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { claimNext } from '../../../support/database/claim-next.ts';
import { addMember, call, createPerson, expectContract, FLOW, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway({
  config: { GHOSTLY_MAX_QUEUED_PER_USER: 5, GHOSTLY_MAX_QUEUED_PER_PROJECT: 8 },
});

async function start(as: Person, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const { project = as.projectId, ...rest } = more;
  const body = { ...FLOW(String(project)), ...rest };
  const answer = await call(gateway, 'POST', '/v1/run', { as, body, headers });
  expectContract('startRun', answer);
  return answer;
}
/** Tries again, as a client does, where the gateway had no connection in time. */
async function insist(as: Person, more: Record<string, unknown> = {}): Promise<number> {
  const headers = { 'idempotency-key': randomUUID() };
  for (;;) {
    const { status } = await start(as, more, headers);
    if (status !== 503) return status;
  }
}
const startAtOnce = (count: number, one: (n: number) => Promise<number>) =>
  Promise.all(Array.from({ length: count }, (_, n) => one(n)));
const count = (statuses: number[], wanted: number) => statuses.filter((status) => status === wanted).length;

it('fifty runs of one user at once: as many as may wait are taken, the others are refused, none gets through', async () => {
  const ann = await createPerson(gateway);
  const statuses = await startAtOnce(50, () => insist(ann));
  expect([count(statuses, 202), count(statuses, 429)]).toEqual([5, 45]);
  const refused = await start(ann);
  expect(refused.body).toEqual({ ok: false, error: 'too many runs' });
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
});

it('a run that was claimed, or whose cancel is recorded, makes room for the next one', async () => {
  const ann = await createPerson(gateway);
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push(((await start(ann)).body as { id: string }).id);
  expect((await start(ann)).status).toBe(429);
  // Others wait, too.
  for (;;) if ((await claimNext(gateway.sql, randomUUID(), 10_000))?.userId === ann.userId) break;
  expect([(await start(ann)).status, (await start(ann)).status]).toEqual([202, 429]);
  await call(gateway, 'POST', `/v1/runs/${ids[4]}/cancel`, { as: ann });
  expect([(await start(ann)).status, (await start(ann)).status]).toEqual([202, 429]);
});

it("a project's limit counts the runs of all its members", async () => {
  const [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
  await addMember(gateway, ann.projectId, bob, 'operator');
  const project = ann.projectId;
  const statuses = await startAtOnce(20, (n) => insist(n % 2 ? ann : bob, { project }));
  expect([count(statuses, 202), count(statuses, 429)]).toEqual([8, 12]);
  // One of them may have five, as many as a user may have.
  const ofBob = statuses.filter((status, n) => status === 202 && n % 2 === 0).length;
  await addMember(gateway, bob.projectId, ann, 'operator');
  expect((await start(ofBob < 5 ? bob : ann, { project: bob.projectId })).status).toBe(202);
});

it('a run that takes the place of one that waits is let in', async () => {
  const ann = await createPerson(gateway);
  const key = { concurrencyKey: 'k', cancelPrevious: true };
  for (let n = 0; n < 4; n += 1) await start(ann);
  expect((await start(ann, key)).status).toBe(202);
  expect((await start(ann, key)).status).toBe(202);
  expect((await start(ann)).status).toBe(429);
});

it('I3: a run that is refused has cancelled nothing, and not used up its Idempotency-Key', async () => {
  const ann = await createPerson(gateway);
  const first = await start(ann, { concurrencyKey: 'k' });
  expect((await claimNext(gateway.sql, randomUUID(), 10_000))?.id).toBeDefined();
  await gateway.sql.rows('update runs set owner = gen_random_uuid() where id = $1', [
    (first.body as { id: string }).id,
  ]);
  const waiting = [];
  for (let n = 0; n < 5; n += 1) waiting.push(((await start(ann)).body as { id: string }).id);
  const headers = { 'idempotency-key': randomUUID() };
  expect((await start(ann, { concurrencyKey: 'k', cancelPrevious: true }, headers)).status).toBe(429);
  expect(
    await gateway.sql.rows('select from runs where user_id = $1 and cancel_requested_at is not null', [
      ann.userId,
    ]),
  ).toEqual([]);
  await call(gateway, 'POST', `/v1/runs/${waiting[0]}/cancel`, { as: ann });
  const taken = await start(ann, { concurrencyKey: 'k', cancelPrevious: true }, headers);
  expect([taken.status, taken.headers.get('idempotent-replayed')]).toEqual([202, null]);
});

it('an answer that is repeated takes no place in the queue', async () => {
  const ann = await createPerson(gateway);
  const headers = { 'idempotency-key': randomUUID() };
  const first = await start(ann, {}, headers);
  for (let n = 0; n < 4; n += 1) await start(ann);
  expect((await start(ann)).status).toBe(429);
  expect((await start(ann, {}, headers)).body).toEqual(first.body);
});
