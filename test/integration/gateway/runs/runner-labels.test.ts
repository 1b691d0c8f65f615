/* I11, I16: a start may name runner labels, and a queued run says truly what it waits for. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { heartbeat } from '#shared/adapters/database/runs/heartbeat.ts';
import { claimNext } from '../../../support/database/claim-next.ts';
import { holdRunner } from '../../../support/database/live-runner.ts';
import { eventually } from '../../../support/eventually.ts';
import { afterThisTest } from '../../../support/file-hooks.ts';
import { call, createPerson, expectContract, FLOW, useGateway } from '../fixture.ts';

/** Long enough that no runner here counts as silent unless it is made so. */
const LEASE_MS = 60_000;
const gateway = await useGateway({ config: { GHOSTLY_LEASE_MS: LEASE_MS } });
/** A user of which may have one run on runners. */
const limited = await useGateway({
  config: { GHOSTLY_LEASE_MS: LEASE_MS, GHOSTLY_MAX_RUNNING_PER_USER: 1 },
});
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
  const session = await holdRunner({ sql: gateway.sql, url: gateway.databaseUrl }, id, { labels });
  afterThisTest(async () => session[Symbol.asyncDispose]());
  await heartbeat(gateway.sql, id, [], 10_000, report);
  return id;
}
const silence = (id: string, s = 61) =>
  gateway.sql.rows(`update runners set seen_at = seen_at - $2::int * interval '1 s' where id = $1`, [id, s]);

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

  it('I16: is that runners are heard again: no slot of a silent one is free', async () => {
    const { id } = await start({});
    const runner = await up([]);
    expect(await waitingFor(id)).toMatchObject({ code: 'runner', ahead: 0 });
    // A heartbeat is missing.
    await silence(runner, 16);
    expect(await waitingFor(id)).toMatchObject({
      code: 'runners_silent',
      lastHeard: expect.any(String),
      for: expect.stringMatching(/^No runner that could take it has been heard for 1\d s\. /),
    });
    const other = await up([]);
    expect(await waitingFor(id)).toMatchObject({ code: 'runner' });
    // The only free slot is one of the runner that misses its heartbeats.
    await claimNext(gateway.sql, other, LEASE_MS);
    const next = await start({});
    expect(await waitingFor(next.id)).toMatchObject({
      code: 'runners_silent',
      for: expect.stringMatching(/^No runner that could take it has been heard for 1\d s\. /),
    });
    await gateway.sql.rows('delete from leases');
    await gateway.sql.rows('update runs set owner = null where id = $1', [id]);
    await silence(other, 31);
    await silence(runner, 15);
    expect(await waitingFor(id)).toMatchObject({ code: 'runners_silent' });
  });

  it('I16: is its turn in line, where those stand that neither a key nor a limit holds', async () => {
    const [bob, carl] = [await createPerson(limited), await createPerson(limited)];
    const startAs = async (person: typeof ann, more: object = {}) => {
      const body = { ...FLOW(person.projectId), ...more };
      return ((await call(limited, 'POST', '/v1/run', { as: person, body })).body as { id: string }).id;
    };
    const readAs = async (person: typeof ann, of: string) =>
      ((await call(limited, 'GET', `/v1/runs/${of}?hints=1`, { as: person })).body as { waitingFor: object })
        .waitingFor;
    const runner = randomUUID();
    await using _ = await holdRunner({ sql: limited.sql, url: limited.databaseUrl }, runner);
    await heartbeat(limited.sql, runner, [], LEASE_MS, {});
    const first = await startAs(bob);
    await claimNext(limited.sql, runner, LEASE_MS);
    // His user may have no more, and the key of the second of these is behind that of the first.
    await startAs(bob);
    const [keyed, behind, free] = [
      await startAs(carl, { concurrencyKey: 'k' }),
      await startAs(carl, { concurrencyKey: 'k' }),
      await startAs(carl),
    ];
    expect(await readAs(carl, keyed)).toMatchObject({ code: 'slots', slots: 1, busy: 1, ahead: 0 });
    expect(await readAs(carl, behind)).toMatchObject({ code: 'concurrency_key' });
    expect(await readAs(carl, free)).toMatchObject({ code: 'slots', ahead: 1 });
    // Not everyone who sees this one sees that of another user in another project (I11).
    expect(await readAs(carl, free)).not.toHaveProperty('oldest');
    expect(await readAs(bob, first)).not.toHaveProperty('oldest');
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
