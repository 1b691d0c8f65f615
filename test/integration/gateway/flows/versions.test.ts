/* A named flow gets a version for each new content, without gaps, and none is lost when many write at once. */
import { describe, expect, it } from 'vitest';
import { call, createPerson, expectContract, randomName, useGateway } from '../fixture.ts';
import { clicking, flowsOf, KEPT } from './named-flows.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const flows = flowsOf(gateway, ann);
const named = async (name: string) => (await flows.get(`/${name}`)).body as Record<string, unknown>;
const versionsOf = async (name: string) =>
  ((await flows.get(`/${name}/versions`)).body as { version: number }[]).map(({ version }) => version);

describe('a named flow', () => {
  it('is stored as its first version, and read back as it was written', async () => {
    const flow = {
      steps: [{ url: '/', action: 'goto' }],
      site: 'sample-shop',
      baseUrl: 'http://127.0.0.1:1',
    };
    const answer = await flows.put('order', flow, { more: { description: 'Orders' } });
    expectContract('putFlow', answer);
    expect(answer).toMatchObject({ status: 201, body: { name: 'order', version: 1, created: true } });
    expect(answer.headers.get('etag')).toBe('"1"');
    const read = await flows.get('/order');
    expectContract('readNamedFlow', read);
    expect(read.headers.get('etag')).toBe('"1"');
    expect(read.body).toMatchObject({ name: 'order', version: 1, description: 'Orders', by: ann.email });
    expect(JSON.stringify((read.body as { flow: unknown }).flow)).toBe(JSON.stringify(flow));
  });

  it('has a new version for another content only', async () => {
    const name = randomName();
    expect((await flows.put(name, KEPT)).body).toMatchObject({ version: 1, created: true });
    const { steps, baseUrl } = KEPT;
    const again = await flows.put(name, { steps, baseUrl });
    expect(again).toMatchObject({ status: 200, body: { version: 1, created: false } });
    expect((await flows.put(name, clicking('#a'))).body).toMatchObject({ version: 2, created: true });
    expect((await flows.put(name, KEPT)).body).toMatchObject({ version: 3, created: true });
    expect(await versionsOf(name)).toEqual([3, 2, 1]);
    const first = await flows.get(`/${name}/versions/1`);
    expectContract('readFlowVersion', first);
    expect(first.body).toMatchObject({ name, version: 1, by: ann.email, flow: KEPT });
  });

  it('keeps its description until it is given another one, which makes no version', async () => {
    const name = randomName();
    await flows.put(name, KEPT, { more: { description: 'One' } });
    await flows.put(name, clicking('#a'));
    expect(await named(name)).toMatchObject({ version: 2, description: 'One' });
    const { updatedAt } = await named(name);
    const other = await flows.put(name, clicking('#a'), { more: { description: 'Two' } });
    expect(other.body).toMatchObject({ version: 2, created: false });
    expect(await named(name)).toMatchObject({ version: 2, description: 'Two', updatedAt });
  });

  it('names fields that it does not keep', async () => {
    const step = { action: 'goto', url: '/', wait: 1 };
    const name = randomName();
    const answer = await flows.put(name, { ...KEPT, viewport: {}, steps: [step] });
    expect(answer.body).toMatchObject({ ignored: ['viewport', 'steps.0.wait'] });
    expect((await named(name)).flow).toEqual(KEPT);
  });

  it('is only looked at by a dry run, which says what would change', async () => {
    const name = randomName();
    const dry = (flow: unknown) => flows.put(name, flow, { query: '?dryRun' });
    const fresh = await dry(KEPT);
    expectContract('putFlow', fresh);
    expect(fresh).toMatchObject({ status: 200, body: { version: 1, created: true } });
    expect((await flows.get(`/${name}`)).status).toBe(404);
    await flows.put(name, KEPT);
    expect((await dry(KEPT)).body).toMatchObject({ version: 1, created: false, changes: [] });
    const changes = [{ kind: 'added', path: 'steps.1', after: { action: 'click', selector: '#a' } }];
    expect((await dry(clicking('#a'))).body).toMatchObject({ version: 2, created: true, changes });
    expect(await versionsOf(name)).toEqual([1]);
  });
});

describe('of requests at once', () => {
  it('those with different contents each make one version, without gaps, and none is lost', async () => {
    const name = randomName();
    const selectors = Array.from({ length: 20 }, (_, n) => `#button-${n}`);
    const answers = await Promise.all(selectors.map((selector) => flows.put(name, clicking(selector))));
    expect(answers.map(({ status }) => status)).toEqual(selectors.map(() => 201));
    const versions = answers.map(({ body }) => (body as { version: number }).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(selectors.map((_, n) => n + 1));
    for (const [n, version] of versions.entries()) {
      const { body } = await flows.get(`/${name}/versions/${version}`);
      expect((body as { flow: unknown }).flow).toEqual(clicking(selectors[n]!));
    }
  });

  it('those with the same content make one', async () => {
    const name = randomName();
    const answers = await Promise.all(Array.from({ length: 20 }, () => flows.put(name, KEPT)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => (body as { version: number }).version))).toEqual(new Set([1]));
    expect(await versionsOf(name)).toEqual([1]);
  });

  it('one of those that name the same version is stored', async () => {
    const name = randomName();
    await flows.put(name, KEPT);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        flows.put(name, clicking(`#${n}`), { headers: { 'if-match': '"1"' } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(412)]);
    expect(await versionsOf(name)).toEqual([2, 1]);
  });

  it('one of those that want a new name gets it', async () => {
    const name = randomName();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        flows.put(name, clicking(`#${n}`), { headers: { 'if-none-match': '*' } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(412)]);
  });
});

describe('a condition', () => {
  it('of a version refuses another one, and leaves everything as it was', async () => {
    const name = randomName();
    const put = (tag: string, flow: unknown = clicking('#a')) =>
      flows.put(name, flow, { headers: { 'if-match': tag } });
    expect((await put('"1"')).status).toBe(412);
    expect((await flows.get(`/${name}`)).status).toBe(404);
    await flows.put(name, KEPT);
    const refused = await put('"2"');
    expectContract('putFlow', refused);
    expect(refused.status).toBe(412);
    expect((await put('W/"1"')).status).toBe(201);
    expect((await put('"2"', KEPT)).status).toBe(201);
    expect((await put('7', KEPT)).status).toBe(400);
    await flows.remove(name);
    expect((await put('"3"', KEPT)).status).toBe(412);
    expect((await flows.get(`/${name}`)).status).toBe(404);
  });

  it('is no matter for a repeat, which is answered by what it stored', async () => {
    const name = randomName();
    const put = (headers: Record<string, string>, flow: unknown, description?: string) =>
      flows.put(name, flow, { headers, more: { ...(description !== undefined && { description }) } });
    expect((await put({ 'if-none-match': '*' }, KEPT)).status).toBe(201);
    for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"7"' }])
      expect(await put(headers, KEPT)).toMatchObject({ status: 200, body: { version: 1, created: false } });
    const headers = { 'if-match': '"1"' };
    expect((await put(headers, clicking('#a'), 'One')).status).toBe(201);
    expect((await put(headers, clicking('#a'), 'One')).body).toMatchObject({ version: 2, created: false });
    expect((await put(headers, clicking('#a'), 'Two')).status).toBe(412);
    expect((await put(headers, KEPT, 'One')).status).toBe(412);
    expect(await named(name)).toMatchObject({ version: 2, description: 'One' });
  });

  it('of no version refuses a flow that is there, and not a deleted one', async () => {
    const name = randomName();
    const put = (flow: unknown) => flows.put(name, flow, { headers: { 'if-none-match': '*' } });
    expect((await put(KEPT)).status).toBe(201);
    expect((await put(clicking('#a'))).status).toBe(412);
    await flows.remove(name);
    expect((await put(KEPT)).body).toMatchObject({ version: 1, created: false, restored: true });
  });
});

describe('a deleted flow', () => {
  it('is not found, and comes back with its versions', async () => {
    const name = randomName();
    await flows.put(name, KEPT);
    await flows.put(name, clicking('#a'));
    const removed = await flows.remove(name);
    expectContract('deleteFlow', removed);
    expect(removed.status).toBe(200);
    for (const path of ['', '/versions', '/versions/1', '/difference?from=1', '/statistics'])
      expect((await flows.get(`/${name}${path}`)).status, path).toBe(404);
    expect((await flows.remove(name)).status).toBe(404);
    const restored = await flows.restore(name);
    expectContract('restoreFlow', restored);
    expect(restored).toMatchObject({ status: 200, body: { version: 2, created: false, restored: true } });
    expect((await flows.restore(name)).body).toEqual({ name, version: 2, created: false });
    expect(await versionsOf(name)).toEqual([2, 1]);
  });

  it('goes on counting if it is stored again', async () => {
    const name = randomName();
    await flows.put(name, KEPT);
    await flows.remove(name);
    expect((await flows.put(name, clicking('#a'))).body).toMatchObject({ version: 2, created: true });
    expect(await versionsOf(name)).toEqual([2, 1]);
  });

  it('is in the list of those, and in no other', async () => {
    const bob = await createPerson(gateway);
    const own = flowsOf(gateway, bob);
    await own.put('gone', KEPT);
    await own.put('here', KEPT);
    await own.remove('gone');
    const listed = await own.get('');
    expectContract('listFlows', listed);
    expect(listed.body).toMatchObject([{ name: 'here', version: 1, by: bob.email }]);
    expect((await own.get('?deleted=1')).body).toMatchObject([{ name: 'gone', version: 1 }]);
  });
});

describe('a restored version', () => {
  it('is the newest under a new number, byte for byte', async () => {
    const name = randomName();
    const odd = { steps: [{ note: 'é\u2028"', url: '/', action: 'goto' }], baseUrl: 'http://127.0.0.1:1' };
    await flows.put(name, odd);
    await flows.put(name, clicking('#a'));
    const restored = await flows.restore(name, { version: 1 });
    expect(restored).toMatchObject({ status: 201, body: { version: 3, created: true } });
    expect(JSON.stringify((await named(name)).flow)).toBe(JSON.stringify(odd));
    expect((await flows.restore(name, { version: 1 })).body).toMatchObject({ version: 3, created: false });
  });

  it('has to be there', async () => {
    const name = randomName();
    expect((await flows.restore(name)).status).toBe(404);
    await flows.put(name, KEPT);
    expect((await flows.restore(name, { version: 2 })).status).toBe(404);
    expect((await flows.restore(name, { version: 0 })).status).toBe(400);
    expect((await flows.restore(name, { versoin: 1 })).status).toBe(400);
  });
});

describe('a difference', () => {
  it('is that of two versions, of the newest by default', async () => {
    const name = randomName();
    await flows.put(name, KEPT);
    await flows.put(name, clicking('#a'));
    await flows.put(name, clicking('#b'));
    const newest = await flows.get(`/${name}/difference?from=2`);
    expectContract('compareFlowVersions', newest);
    const changes = [{ kind: 'changed', path: 'steps.1.selector', before: '#a', after: '#b' }];
    expect(newest.body).toEqual({ from: 2, to: 3, changes });
    expect((await flows.get(`/${name}/difference?from=1&to=1`)).body).toMatchObject({ changes: [] });
    expect((await flows.get(`/${name}/difference?from=1&to=9`)).status).toBe(404);
    expect((await flows.get(`/${name}/difference`)).status).toBe(400);
  });

  it('is bounded', async () => {
    const name = randomName();
    const fields = Array.from({ length: 600 }, (_, n) => [`field_${n}`, { type: 'string' }]);
    const long = { type: 'object', properties: Object.fromEntries(fields.slice(0, 400)) };
    await flows.put(name, { ...KEPT, inputsSchema: long });
    await flows.put(name, { ...KEPT, inputsSchema: { ...long, properties: {} } });
    await flows.put(name, {
      ...clicking('x'.repeat(1_999)),
      onCancel: Array(25).fill({ action: 'press', key: 'x', note: 'n'.repeat(500) }),
    });
    const many = (await flows.get(`/${name}/difference?from=1&to=2`)).body as { changes: unknown[] };
    expect(many.changes).toHaveLength(400);
    const { body } = await flows.get(`/${name}/difference?from=2&to=3`);
    const texts = (body as { changes: { after?: unknown }[] }).changes.map(({ after }) => after);
    expect(texts.filter((text) => typeof text === 'string' && text.endsWith('…'))).toHaveLength(2);
  });
});

describe('lists', () => {
  it('of flows have pages in the order of their names', async () => {
    const bob = await createPerson(gateway);
    const own = flowsOf(gateway, bob);
    const names = ['a', 'a-b', 'a.b', 'a0', 'b', '0'];
    for (const name of names) await own.put(name, KEPT);
    const found: string[] = [];
    let path: string | undefined = `/v1/projects/${bob.projectId}/flows?limit=2`;
    while (path !== undefined) {
      const page = await call(gateway, 'GET', path, { as: bob });
      expectContract('listFlows', page);
      found.push(...(page.body as { name: string }[]).map(({ name }) => name));
      path = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual(names.toSorted());
  });

  it('of versions have pages, newest first', async () => {
    const name = randomName();
    for (const n of [1, 2, 3, 4, 5]) await flows.put(name, clicking(`#${n}`));
    const first = await flows.get(`/${name}/versions?limit=2`);
    expectContract('listFlowVersions', first);
    expect(first.body).toMatchObject([{ version: 5 }, { version: 4 }]);
    const next = /<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1];
    const rest = await call(gateway, 'GET', next!, { as: ann });
    expect(rest.body).toMatchObject([{ version: 3 }, { version: 2 }]);
    expect((await flows.get(`/${name}/versions?before=1`)).body).toEqual([]);
  });
});
