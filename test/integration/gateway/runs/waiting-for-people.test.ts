/* I11: the runs that wait for a person are listed until they are answered, to those who may see them. */
import { expect, it } from 'vitest';
import type { RunSummary } from '#shared/api/client/index.ts';
import { ANSWERED, CANCEL } from '../../../support/database/runs.ts';
import { eventually } from '../../../support/eventually.ts';
import { askingRun } from '../../../support/given/asking-run.ts';
import { addMember, call, createPerson, type Person, startRun, useGateway } from '../fixture.ts';

const gateway = await useGateway();

const list = async (as: Person, query: string) => {
  const { status, body, headers } = await call(gateway, 'GET', `/v1/runs?${query}`, { as });
  expect(status, JSON.stringify(body)).toBe(200);
  return { runs: body as RunSummary[], next: /<([^>]+)>/.exec(headers.get('link') ?? '')?.[1] };
};
const ids = async (as: Person, query: string) => (await list(as, query)).runs.map(({ id }) => id);
/** What is looked up for all is read once a second. */
const soon = (as: Person, query: string, wanted: string[]) =>
  eventually(async () => expect(await ids(as, query)).toEqual(wanted));

it('I11: lists the runs that wait for a person, and of them those that the caller may answer', async () => {
  const [ann, bob, sue, eve] = [
    await createPerson(gateway),
    await createPerson(gateway),
    await createPerson(gateway),
    await createPerson(gateway),
  ];
  const root = await createPerson(gateway, 'admin');
  await addMember(gateway, ann.projectId, bob, 'viewer');
  await addMember(gateway, ann.projectId, sue, 'operator');
  const first = await askingRun(gateway.sql, ann);
  const second = await askingRun(gateway.sql, ann);
  const ofSue = await askingRun(gateway.sql, sue);
  await startRun(gateway, ann);

  await soon(ann, 'attention=me', [second.id, first.id]);
  await soon(sue, 'attention=me', [ofSue.id, second.id, first.id]);
  await soon(bob, 'attention=person', [second.id, first.id]);
  expect(await ids(bob, 'attention=me')).toEqual([]);
  expect(await ids(eve, 'attention=person')).toEqual([]);
  // An admin sees all, and answers those of its own projects.
  expect(await ids(root, 'attention=person')).toEqual([ofSue.id, second.id, first.id]);
  expect(await ids(root, 'attention=me')).toEqual([]);

  expect(await ids(sue, `attention=me&project=${ann.projectId}`)).toEqual([second.id, first.id]);
  expect(await ids(sue, 'attention=me&startedBy=me')).toEqual([ofSue.id]);
  const page = await list(sue, 'attention=me&limit=2');
  expect(page.runs.map(({ id }) => id)).toEqual([ofSue.id, second.id]);
  const [, rest = ''] = page.next!.split('?');
  expect(await ids(sue, rest)).toEqual([first.id]);
});

it('a run leaves the list as soon as it is answered, or its end is asked for', async () => {
  const ann = await createPerson(gateway);
  const [answered, stopped, goesOn] = [
    await askingRun(gateway.sql, ann),
    await askingRun(gateway.sql, ann),
    await askingRun(gateway.sql, ann),
  ];
  await soon(ann, 'attention=me', [goesOn.id, stopped.id, answered.id]);
  await call(gateway, 'POST', `/v1/runs/${answered.id}/answer`, { as: ann, body: { values: { code: '1' } } });
  await soon(ann, 'attention=me', [goesOn.id, stopped.id]);
  await call(gateway, 'POST', `/v1/runs/${stopped.id}/cancel`, { as: ann, body: {} });
  expect(await ids(ann, 'attention=me')).toEqual([goesOn.id]);
  await stopped.owner.commit(CANCEL);
  await goesOn.owner.commit(ANSWERED);
  await soon(ann, 'attention=me', []);
});

it.each(['attention=me&q=shop', 'attention=person&label=nightly', 'attention=me&status=running'])(
  '%s is refused',
  async (query) => {
    const ann = await createPerson(gateway);
    const reply = await call(gateway, 'GET', `/v1/runs?${query}`, { as: ann });
    expect(reply).toMatchObject({ status: 400, body: { details: { issues: [{ path: 'attention' }] } } });
  },
);
