/* I3, I10, I11: a bulk cancel by ids is recorded before it is answered, and its reason reveals no secret. */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openBus } from '#shared/adapters/bus/bus.ts';
import type { CommandReply } from '#shared/adapters/bus/command.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { createFinaliser } from '../../../../services/supervisor/finaliser.ts';
import { CANCEL, CLAIM, CLOSED, claimByHand, INTERRUPTED } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { SUPERVISING } from '../../supervisor/fixture.ts';
import { addMember, call, FLOW, startRun } from '../fixture.ts';
import { useBulkCancels } from './bulk-cancels.ts';

const { gateway, owner, operator, viewer, stranger, cancelRuns, readJob, recorded } = await useBulkCancels();
const bus = openBus({ url: gateway.nats.serviceUrl, name: 'owner', log: quietLog() });
afterAll(() => bus[Symbol.asyncDispose]());

describe('a bulk cancel by ids', () => {
  it('I3, I11: records what the caller may cancel before it answers, and sorts out the rest', async () => {
    const [mine, asMember, hidden] = [
      await startRun(gateway, operator),
      await startRun(gateway, owner),
      await startRun(gateway, stranger),
    ];
    const watched = await startRun(gateway, viewer);
    await addMember(gateway, viewer.projectId, operator, 'viewer');
    const { status, body } = await cancelRuns({
      as: operator,
      body: {
        ids: [mine, asMember, hidden, watched, 'nonsense', mine.toUpperCase()],
        reason: 'shop is down',
      },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      status: 'running',
      userId: operator.userId,
      reason: 'shop is down',
      mode: 'graceful',
      matched: 5,
      cancelling: 2,
      cancelled: 0,
      alreadyFinal: 0,
      failed: 3,
      failures: [
        { id: hidden, error: 'not found' },
        { id: watched, error: 'forbidden' },
        { id: 'nonsense', error: 'not found' },
      ],
    });
    expect(body).not.toHaveProperty('filter');
    for (const id of [mine, asMember])
      expect(await recorded(id)).toEqual({
        shown: 'cancelling',
        mode: 'graceful',
        reason: 'shop is down',
        user: operator.userId,
        key: null,
        asked: true,
      });
    for (const id of [hidden, watched]) expect((await recorded(id))!.mode).toBeNull();
  });

  it('counts the runs as they end, and says when the job is done', async () => {
    const id = await startRun(gateway, owner);
    const { body: job } = await cancelRuns({ as: owner, body: { ids: [id] } });
    expect(job).toMatchObject({ status: 'running', cancelling: 1 });
    const finalise = createFinaliser({
      sql: gateway.sql,
      log: quietLog(),
      overdueMs: 14_500,
      queueTimeoutText: '',
      ...SUPERVISING,
    });
    await finalise(id, true);
    expect((await readJob(job.id, { as: owner })).body).toMatchObject({
      status: 'done',
      matched: 1,
      cancelled: 1,
      cancelling: 0,
    });
    const again = await cancelRuns({ as: owner, body: { ids: [id] } });
    expect(again.body).toMatchObject({ status: 'done', matched: 1, cancelled: 0, alreadyFinal: 1 });
  });

  it('only hardens what is recorded, and keeps who asked first', async () => {
    const id = await startRun(gateway, owner);
    await call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: owner, body: { reason: 'first' } });
    await cancelRuns({ as: operator, body: { ids: [id], mode: 'force', reason: 'second' } });
    await cancelRuns({ as: operator, body: { ids: [id] } });
    expect(await recorded(id)).toMatchObject({ mode: 'force', reason: 'first', user: owner.userId });
  });

  it('I10: keeps what the flows keep secret out of the reason, on the runs and with the job', async () => {
    const secret = 'correct-horse';
    const steps = [{ action: 'fill', selector: '#password', value: secret }];
    const body = { ...FLOW(owner.projectId), steps };
    const start = async () =>
      ((await call(gateway, 'POST', '/v1/run', { as: owner, body })).body as { id: string }).id;
    const [id, alone, other] = [await start(), await start(), await startRun(gateway, owner)];
    const reason = `${secret} is old`;
    const { body: job } = await cancelRuns({ as: owner, body: { ids: [id, other], reason } });
    await call(gateway, 'POST', `/v1/runs/${alone}/cancel`, { as: owner, body: { reason } });
    expect(job.reason).toBe('[REDACTED] is old');
    for (const each of [id, other, alone]) expect((await recorded(each))!.reason).toBe('[REDACTED] is old');
    expect(gateway.lines.join('\n')).not.toContain(secret);
  });

  it("I10: tells nobody whether a text occurs in another's secrets", async () => {
    const secret = 'correct-horse';
    const secretRun = async () => {
      const steps = [{ action: 'fill', selector: '#password', value: secret }];
      const body = { ...FLOW(owner.projectId), steps };
      return ((await call(gateway, 'POST', '/v1/run', { as: owner, body })).body as { id: string }).id;
    };
    const [final, live, alone] = [await secretRun(), await secretRun(), await secretRun()];
    await gateway.sql.rows(
      `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
      [final],
    );
    const guess = (text: string, ids: string[]) =>
      cancelRuns({ as: operator, body: { ids, reason: `is it ${text}?` } });
    for (const ids of [[final], [final, live]]) {
      const { body } = await guess(secret, ids);
      expect(body.reason).toBe(`is it ${secret}?`);
      const read = await call(gateway, 'GET', `/v1/cancel-jobs/${body.id}`, { as: operator });
      expect(read.body).toMatchObject({ reason: `is it ${secret}?` });
    }
    const path = `/v1/runs/${alone}/cancel`;
    await call(gateway, 'POST', path, { as: operator, body: { reason: `is it ${secret}?` } });
    const { body: receipt } = await call(gateway, 'GET', path, { as: operator });
    expect(receipt).toMatchObject({ requested: { reason: `is it ${secret}?` } });
  });

  it('sends the command to the owner after the answer, in the background', async () => {
    await gateway.sql.rows('truncate runs cascade');
    const id = await startRun(gateway, owner);
    const run = await claimByHand(gateway.sql, randomUUID());
    await run.commit(CLAIM);
    const commands: unknown[] = [];
    const taken: CommandReply = { ok: true, epoch: 1, state: 'cancelling.aborting' };
    const serving = bus.respond(subjects.command(id), (command) => {
      commands.push(command);
      return taken;
    });
    await serving.ready;
    const { body: job } = await cancelRuns({ as: owner, body: { ids: [id], mode: 'force', reason: 'now' } });
    // It is sent again if the owner does not answer at once.
    await eventually(() => expect(commands).not.toEqual([]));
    expect(commands[0]).toEqual({ type: 'CANCEL', epoch: 1, source: 'user', mode: 'force', reason: 'now' });
    serving.stop();
    for (const event of [CANCEL, INTERRUPTED, CLOSED]) await run.commit(event);
    expect((await readJob(job.id, { as: owner })).body).toMatchObject({ status: 'done', cancelled: 1 });
  });
});
