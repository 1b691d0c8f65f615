import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { claimNext } from '../../../support/database/claim-next.ts';
import { eventually } from '../../../support/eventually.ts';
import { call, createPerson, expectContract, FLOW, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
afterEach(() => gateway.sql.rows('truncate runs, leases, key_heads, turns, runners cascade'));

async function start(more: Record<string, unknown>, language = 'en') {
  const body = { ...FLOW(ann.projectId), ...more };
  const headers = { 'Accept-Language': language };
  const answer = await call(gateway, 'POST', '/v1/run', { as: ann, headers, body });
  expectContract('startRun', answer);
  return { ...answer, id: (answer.body as { id: string }).id };
}
async function read(id: string) {
  const answer = await call(gateway, 'GET', `/v1/runs/${id}?hints=1`, { as: ann });
  expectContract('readRun', answer);
  return answer.body as { runnerLabels?: string[]; waitingFor?: { code: string; for: string } };
}
/** A runner that lives, as the database sees it. */
async function up(labels: string[], report: Parameters<typeof heartbeat>[4] = {}) {
  const id = randomUUID();
  await registerRunner(gateway.sql, { id, host: 'here', pid: 1, slots: 1, labels });
  await heartbeat(gateway.sql, id, [], 10_000, report);
  return id;
}
const silence = (id: string) =>
  gateway.sql.rows(`update runners set seen_at = seen_at - interval '11 s' where id = $1`, [id]);

describe('runnerLabels of a start', () => {
  it('are kept sorted and once, shown with the run, and known to runners that have them', async () => {
    const notified: string[] = [];
    const [any, ...ofLabels] = [subjects.runQueued, ...['eu-west', 'gpu'].map(subjects.runQueuedFor)];
    for (const subject of [any, ...ofLabels])
      await gateway.bus.subscribe(subject, () => void notified.push(subject)).ready;
    const { status, id } = await start({ runnerLabels: ['gpu', 'eu-west', 'gpu'] });
    expect(status).toBe(202);
    expect((await read(id)).runnerLabels).toEqual(['eu-west', 'gpu']);
    await eventually(() => expect(notified.toSorted()).toEqual(ofLabels.toSorted()));
    for (const none of [{}, { runnerLabels: [] }]) {
      notified.length = 0;
      expect(await read((await start(none)).id)).not.toHaveProperty('runnerLabels');
      await eventually(() => expect(notified).toEqual([any]));
    }
  });

  it.each([
    ['GPU', 'en', 'must be 1 to 63 of a-z, 0-9, ".", "_" and "-", and begin and end with a letter or digit'],
    [
      '',
      'es',
      'debe tener de 1 a 63 caracteres de a-z, 0-9, «.», «_» y «-», y empezar y acabar con una letra o cifra',
    ],
  ])('that are none, such as %j, are refused with a reason (%s)', async (label, language, message) => {
    const { status, body } = await start({ runnerLabels: ['gpu', label] }, language);
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: { issues: [{ path: 'runnerLabels.1', message }] } });
  });

  it('are at most six', async () => {
    expect((await start({ runnerLabels: [...'abcdef'] })).status).toBe(202);
    const { status, body } = await start({ runnerLabels: [...'abcdefg'] });
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: { issues: [{ path: 'runnerLabels' }] } });
  });

  it('are kept by a rerun, unless it says others', async () => {
    const { id } = await start({ runnerLabels: ['gpu'] });
    const rerun = async (changes: object) => {
      const { body } = await call(gateway, 'POST', `/v1/runs/${id}/rerun`, { as: ann, body: changes });
      return (await read((body as { id: string }).id)).runnerLabels;
    };
    expect(await rerun({})).toEqual(['gpu']);
    expect(await rerun({ runnerLabels: ['arm'] })).toEqual(['arm']);
    expect(await rerun({ runnerLabels: null })).toBeUndefined();
  });
});

describe('what a queued run waits for', () => {
  const waitingFor = async (id: string) => (await read(id)).waitingFor;

  it('is a runner; one with its labels, which it names, if none that lives has them; its browser once it has one', async () => {
    const { id } = await start({ runnerLabels: ['gpu', 'eu-west'] });
    expect(await waitingFor(id)).toMatchObject({ code: 'no_runner' });
    await up(['gpu']);
    const leaving = await up(['eu-west', 'gpu'], { unavailable: 'draining' });
    expect(await waitingFor(id)).toMatchObject({
      code: 'no_fitting_runner',
      for: expect.stringContaining('No runner that has all of the labels eu-west, gpu is up.'),
    });
    await up(['eu-west', 'gpu'], { unavailable: 'no_browser' });
    expect(await waitingFor(id)).toMatchObject({ code: 'runner_unavailable', unavailable: 'no_browser' });
    const runner = await up(['arm', 'eu-west', 'gpu'], { unavailable: 'full' });
    expect(await waitingFor(id)).toMatchObject({ code: 'runner' });
    await silence(runner);
    await heartbeat(gateway.sql, leaving, [], 10_000, {});
    expect(await waitingFor(id)).toMatchObject({ code: 'runner' });
    await silence(leaving);
    expect(await waitingFor(id)).toMatchObject({ code: 'runner_unavailable' });
    await claimNext(gateway.sql, runner, 10_000, {}, [], ['eu-west', 'gpu']);
    expect(await waitingFor(id)).toMatchObject({ code: 'browser' });
  });

  it('may be the run before it with the same concurrency key', async () => {
    const [first, second] = [await start({ concurrencyKey: 'k' }), await start({ concurrencyKey: 'k' })];
    const runner = await up([]);
    expect(await waitingFor(first.id)).toMatchObject({ code: 'runner' });
    await claimNext(gateway.sql, runner, 10_000);
    expect(await waitingFor(first.id)).toMatchObject({ code: 'browser' });
    expect(await waitingFor(second.id)).toMatchObject({ code: 'concurrency_key' });
  });
});
