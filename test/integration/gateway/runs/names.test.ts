/* I10: a run has the name and labels that its start gave it, without secrets of its flow. */
import { describe, expect, it } from 'vitest';
import type { RunDetail, RunSummary } from '#shared/api/contract/runs/runs.ts';
import { call, createPerson, FLOW, type Person, useGateway } from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);

const post = (path: string, body: object, as: Person = ann) => call(gateway, 'POST', path, { as, body });
const start = async (fields: object, as: Person = ann): Promise<string> => {
  const answer = await post('/v1/run', { ...FLOW(as.projectId), ...fields }, as);
  expect(answer.status).toBe(202);
  return (answer.body as { id: string }).id;
};
const get = async <Body>(path: string) => (await call(gateway, 'GET', path, { as: ann })).body as Body;
const named = async (id: string) => {
  const { name, labels } = await get<RunDetail>(`/v1/runs/${id}`);
  return { name, labels };
};

describe('a run', () => {
  it('has the name and the labels that its start gave it, labels sorted and each once', async () => {
    const id = await start({ name: '  Nightly order ', labels: ['team:checkout', 'nightly', ' nightly '] });
    const expected = { name: 'Nightly order', labels: ['nightly', 'team:checkout'] };
    expect(await named(id)).toEqual(expected);
    const listed = (await get<RunSummary[]>('/v1/runs')).find((run) => run.id === id);
    expect(listed).toMatchObject(expected);
  });

  it.each([{}, { name: '', labels: [] }, { name: '   ' }])('with %j has neither', async (fields) => {
    const run = await get<RunDetail>(`/v1/runs/${await start(fields)}`);
    expect(run).not.toHaveProperty('name');
    expect(run).not.toHaveProperty('labels');
  });

  it('passes both on to a rerun, which may change them or take them away', async () => {
    const id = await start({ name: 'first', labels: ['a'] });
    const rerun = async (changes: object) => {
      const { body } = await post(`/v1/runs/${id}/rerun`, changes);
      return named((body as { id: string }).id);
    };
    expect(await rerun({})).toEqual({ name: 'first', labels: ['a'] });
    expect(await rerun({ name: 'second', labels: null })).toEqual({ name: 'second', labels: undefined });
    expect(await get(`/v1/runs/${id}/flow`)).toMatchObject({ flow: { name: 'first', labels: ['a'] } });
  });

  it.each([
    ['a name that is too long', { name: 'n'.repeat(201) }, 'name'],
    ['a name that is no text', { name: 7 }, 'name'],
    ['too many labels', { labels: Array.from({ length: 17 }, (_, n) => `l${n}`) }, 'labels'],
    ['an empty label', { labels: [' '] }, 'labels.0'],
    ['a label that is too long', { labels: ['l'.repeat(64)] }, 'labels.0'],
  ])('is refused with %s', async (_, fields, path) => {
    const { status, body } = await post('/v1/run', { ...FLOW(ann.projectId), ...fields });
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: { issues: [{ path }] } });
  });
});

it('I10: secrets of the flow are redacted from its name and its labels, wherever they are stored', async () => {
  const secret = 'correct-horse-battery';
  const id = await start({
    baseUrl: 'http://shop.test',
    steps: [
      { action: 'goto', url: '/' },
      { action: 'fill', selector: '#password', value: secret },
    ],
    name: `as ${secret}`,
    labels: [`password:${secret}`, 'l'.repeat(50) + secret.slice(0, 13)],
  });
  expect(await named(id)).toMatchObject({
    name: 'as [REDACTED]',
    labels: [expect.stringMatching(/^l+/), 'password:[REDACTED]'],
  });
  const [row] = await gateway.sql.rows(
    `select row_to_json(runs)::jsonb - 'plan' as stored from runs where id = $1`,
    [id],
  );
  expect(JSON.stringify(row)).not.toContain(secret);
});
