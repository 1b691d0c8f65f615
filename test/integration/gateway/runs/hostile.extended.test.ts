/* I13: no body, reason or run is large enough to keep a gateway from answering others. */
import { describe, expect, it } from 'vitest';
import { longestTurn } from '../../../support/stack/longest-turn.ts';
import { call, createPerson, startRun, useGateway } from '../fixture.ts';

/** Nothing that a client sends holds up a gateway for longer, ms (I13). */
const LONGEST = 50;
/** The largest body that is taken in. */
const SIZE = 1024 * 1024 - 3_000;

// PostgreSQL may take its time over tens of MB: not what is looked at here.
const gateway = await useGateway({ statementTimeoutMs: 20_000 });
const ann = await createPerson(gateway);
const runId = await startRun(gateway, ann);

const fill = (text: string, size = SIZE) => text.repeat(Math.floor(size / Buffer.byteLength(text)));
const list = (item: string, size = SIZE) => `[${fill(`${item},`, size).slice(0, -1)}]`;
const start = (fields: object | string, steps = '[{"action":"snapshot"}]') => {
  const rest = typeof fields === 'string' ? fields : JSON.stringify(fields).slice(1, -1);
  return `{"project":"${ann.projectId}","baseUrl":"http://127.0.0.1:1"${rest && `,${rest}`},"steps":${steps}}`;
};
/** 25 distinct values that fill a body, however much their units take of it. */
const values = (unit: string) => {
  const units = SIZE / 25 / (Buffer.byteLength(JSON.stringify(unit)) - 2) - 30;
  return Array.from({ length: 25 }, (_, n) => ({
    action: 'fill',
    selector: '#a',
    value: `${n}${unit.repeat(units).slice(0, 99_000)}`,
  }));
};
const gotos = JSON.stringify(Array.from({ length: 25 }, () => ({ action: 'goto', url: '/a' })));
const named = (count: number) => Array.from({ length: count }, (_, n) => `"k${n}":""`).join(',');

type Sent = [name: string, path: string, text: () => string];
const BODIES: Sent[] = [
  ['fill values of 1 MB', '/v1/run', () => start('', JSON.stringify(values('x')))],
  [
    'fill values that grow when they are encoded',
    '/v1/run',
    () => start('', JSON.stringify(values(' \n"<&'))),
  ],
  ['fill values of three bytes a letter', '/v1/run', () => start('', JSON.stringify(values('漢字 ')))],
  ['half a million steps', '/v1/run', () => start('', list('{}'))],
  ['steps of no kind', '/v1/run', () => start('', list('{"action":"x"}', 200_000))],
  ['lists in lists', '/v1/run', () => fill('[')],
  ['objects in objects', '/v1/run', () => fill('{"a":')],
  ['half a million lists', '/v1/run', () => list('[]')],
  ['the same key again and again', '/v1/run', () => `{${fill('"a":1,').slice(0, -1)}}`],
  [
    'a baseUrl of 1 MB that is looked at for each step',
    '/v1/run',
    () => start({ baseUrl: `http://a/${fill('../', SIZE - 2_000)}` }, gotos),
  ],
  [
    'addresses of 40 KB',
    '/v1/run',
    () =>
      start(
        '',
        JSON.stringify(Array.from({ length: 25 }, () => ({ action: 'goto', url: fill('/..', 40_000) }))),
      ),
  ],
  ['a name of ligatures', '/v1/run', () => start({ contextId: fill('ﷺ', SIZE - 2_000) })],
  ['values that nobody asked for', '/v1/run', () => start(`"x":${list('{}', SIZE - 2_000)}`)],
  ['a rerun of fields', 'rerun', () => `{${named(60_000)}}`],
  ['a rerun of values', 'rerun', () => `{"values":{${named(9_000)}}}`],
  ['a rerun with values of 1 MB', 'rerun', () => `{"steps":${JSON.stringify(values('x'))}}`],
  ['ids of no run', '/v1/runs/cancel', () => `{"ids":${list('"x"', 60_000)}}`],
  ['a reason of 1 MB', '/v1/runs/cancel', () => `{"all":true,"reason":"${fill('a', SIZE - 1_000)}"}`],
  [
    'an address of dots',
    '/v1/auth/login',
    () => `{"email":"${fill('a.', SIZE - 1_000)}@b.cd","password":"x"}`,
  ],
  [
    'a password of ligatures',
    '/v1/auth/login',
    () => `{"email":"a@b.cd","password":"${fill('ﷺ', SIZE - 1_000)}"}`,
  ],
];

/** The best of up to three: the first time code is still being compiled. */
async function best(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && least >= LONGEST; tries += 1)
    least = Math.min(least, await longestTurn(work));
  return least;
}

describe('I13: a gateway answers others while it is sent', () => {
  it.each(BODIES)('%s', async (_, path, text) => {
    const body = text();
    const to = path === 'rerun' ? `/v1/runs/${runId}/rerun` : path;
    let status = 0;
    const longest = await best(async () => {
      status = (await call(gateway, 'POST', to, { as: ann, text: body })).status;
    });
    expect([202, 400, 401, 413, 429]).toContain(status);
    expect(longest).toBeLessThan(LONGEST);
  });
});

it('I13: a gateway answers others while it looks for 50 long values in a reason', async () => {
  const person = await createPerson(gateway);
  const steps = Array.from({ length: 25 }, (_, n) => ({
    action: 'fill',
    selector: '#a',
    value: `" ${n}\n<&>'`.repeat(90),
  }));
  const body = { ...JSON.parse(start({ project: person.projectId })), steps, onCancel: steps };
  const runs: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { body: started } = await call(gateway, 'POST', '/v1/run', { as: person, body });
    runs.push((started as { id: string }).id);
  }
  const reason = `${`" 3\n<&>'`.repeat(100)} `;
  const turns = [];
  for (const id of runs)
    turns.push(
      await longestTurn(() =>
        call(gateway, 'POST', `/v1/runs/${id}/cancel`, { as: person, body: { reason } }),
      ),
    );
  expect(Math.min(...turns)).toBeLessThan(LONGEST);
  const { body: run } = await call(gateway, 'GET', `/v1/runs/${runs[0]}`, { as: person });
  expect(run).toMatchObject({ cancel: { reason: expect.stringContaining('[REDACTED]') } });
});

it('I13: a gateway answers others while it shows a run of 40 MB', async () => {
  const id = await startRun(gateway, ann);
  await gateway.sql.rows(
    `insert into steps (run_id, epoch, phase, index, action, ok, a11y, attempt)
     select $1, 1, phase, index, 'click', true, repeat(E'"\\n', 100000), 1
     from generate_series(0, 24) as index, unnest(array['flow', 'onCancel']) as phase`,
    [id],
  );
  await gateway.sql.rows(
    `insert into events (run_id, seq, type, at, step_index, payload)
     select $1, seq, 'step_start', clock_timestamp(), 1, jsonb_build_object('step', repeat('"', 20000)) from generate_series(1, 500) as seq`,
    [id],
  );
  // Steps are read once it is final.
  await gateway.sql.rows(
    `update runs set status = 'pass', state = 'pass', finished_at = clock_timestamp() where id = $1`,
    [id],
  );
  let bytes = 0;
  const longest = await best(async () => {
    const headers = { authorization: `Bearer ${ann.token}` };
    const response = await fetch(`${gateway.url}/v1/runs/${id}`, { headers });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    bytes = 0;
    for await (const chunk of response.body!) bytes += chunk.length;
  });
  expect(bytes).toBeGreaterThan(35_000_000);
  expect(longest).toBeLessThan(LONGEST);
  const { body } = await call(gateway, 'GET', `/v1/runs/${id}`, { as: ann });
  const { steps, onCancel, events } = body as Record<string, { index: number; seq: number; a11y: string }[]>;
  expect(steps!.map(({ index }) => index)).toEqual(Array.from({ length: 25 }, (_, index) => index));
  expect(onCancel).toHaveLength(25);
  expect(onCancel![24]!.a11y).toHaveLength(200_000);
  expect(events!.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
});
