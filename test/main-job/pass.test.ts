/* I6, I10, I11: a run that passes is told in order on every stream, and what was typed is nowhere. */
import { beforeAll, expect, test } from 'vitest';
import { addMember, adminByToken } from '../support/database/members.ts';
import { rows } from '../support/database/rows.ts';
import { eventually } from '../support/eventually.ts';
import type { RunView } from '../support/http/client.ts';
import type { SseMessage } from '../support/http/sse.ts';
import { connectReader, type NatsMessage } from '../support/servers/nats-reader.ts';
import { useStack } from '../support/stack/use-stack.ts';

const SECRET = 'Tr0ub4dor &"3\' ñandú';
const STEPS = [
  { action: 'goto', url: '/form' },
  { action: 'fill', selector: '[name=name]', value: SECRET },
  { action: 'click', selector: '#send' },
  { action: 'snapshot' },
];

const bench = useStack();
let id: string;
let seen: readonly SseMessage[];
let heard: readonly NatsMessage[];
let stored: NatsMessage[];
let run: RunView;

beforeAll(async () => {
  await using reader = await connectReader(bench.stack.nats.readerUrl);
  const listener = await reader.listen();
  id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: STEPS,
    captureScreenshotAfterEachStep: true,
  });
  seen = await (await bench.client.watch(id)).ended();
  run = await bench.client.read(id);
  await listener.until(({ data }) => data.kind === 'end');
  // At least once: the relay and the owner may both publish what was recorded just before the claim.
  heard = [...new Map(listener.messages.map((message) => [message.id, message])).values()];
  // The stream may have it a moment later than those who listen.
  stored = await eventually(async () => {
    const found = await reader.stored(id);
    expect(found.at(-1)?.data.kind).toBe('end');
    return found;
  });
});

test('a flow of goto, fill, click and snapshot passes, with a picture after each step', () => {
  expect(run).toMatchObject({ id, status: 'pass', state: 'pass', baseUrl: bench.site.url });
  expect(run.durationMs).toBeGreaterThan(0);
  expect(run.steps).toEqual(
    STEPS.map(({ action }, index) => ({
      index,
      action,
      ok: true,
      screenshotPath: picture(index),
      ...(action === 'snapshot' && { a11y: expect.stringContaining('[REDACTED]') }),
    })),
  );
  expect(run).not.toHaveProperty('error');
  expect(run).not.toHaveProperty('cancel');
});

test('what the page said is said in order before the end of a step, and nothing that was typed', () => {
  const said = assistOnly(seen).flatMap(({ type, payload }) => (type === 'page_said' ? [payload] : []));
  const documents = said.flatMap((payload) => payload!.said as { url: string }[]);
  const ms = expect.any(Number);
  expect(documents).toEqual([
    { kind: 'navigation', url: `${bench.site.url}/form`, status: 200, ms },
    { kind: 'navigation', url: expect.stringContaining('/echo?name=[REDACTED]'), status: 200, ms },
  ]);
  const types = assistOnly(seen).map(({ type, stepIndex }) => `${type} ${stepIndex}`);
  expect(types.indexOf('page_said 0')).toBe(types.indexOf('step_success 0') - 1);
});

test('I6: watchers get exactly the events of the contract in their order, and the stream ends', () => {
  const at = expect.any(String);
  const moves = assistOnly(seen).filter(({ type }) => type !== 'page_said');
  expect(moves).toEqual(
    eventsOfRun().map((event) => ({ kind: 'assist', seq: expect.any(Number), at, ...event })),
  );
  const expected = [
    { kind: 'status', status: 'running', at },
    ...assistOnly(seen).map((event, i) => ({ ...event, seq: i + 1 })),
    { kind: 'status', status: 'pass', at },
    { kind: 'end', at },
  ];
  expect(seen.map(({ data }) => data)).toEqual(expected);
  for (const { event, data, raw } of seen) {
    const id = data.kind === 'assist' ? `\nid: ${data.seq}` : '';
    expect(raw).toBe(`event: ${event}\ndata: ${JSON.stringify(data)}${id}`);
    expect(event).toBe(data.kind);
    expect(new Date(data.at).toISOString()).toBe(data.at);
  }
  expect(run.events).toEqual(assistOnly(seen).map(({ kind: _, ...event }) => event));
});

test('I6: a reader on NATS hears the same, under ids that JetStream stores once', () => {
  const expected = seen.map(({ data }) => ({ ...data, runId: id }));
  expect(heard.map(({ data }) => data)).toEqual(expected);
  expect(stored.map(({ data }) => data)).toEqual(expected);
  const ids = expected.map(({ kind, seq, status }) => {
    if (kind === 'assist') return `${id}:${seq}`;
    return kind === 'status' ? `${id}:status:${status}` : `${id}:end`;
  });
  expect(heard.map((message) => message.id)).toEqual(ids);
  expect(stored.map((message) => message.id)).toEqual(ids);
  for (const { subject, data } of heard) {
    const type = data.kind === 'assist' ? data.type : data.kind;
    expect(subject).toMatch(
      new RegExp(`^ghostly\\.v1\\.events\\.[\\w-]+\\.${run.project}\\.${id}\\.${type}$`),
    );
  }
});

test('I10: a value that was filled in is nowhere: not in streams, answers, messages, logs or the records', async () => {
  const records = await rows(
    bench.stack.databaseUrl,
    `select to_jsonb(events)::text as text from events union all select to_jsonb(steps)::text from steps
     union all select (to_jsonb(runs) - 'plan')::text from runs union all select to_jsonb(status_changes)::text from status_changes`,
  );
  const places = {
    stream: seen.map(({ raw }) => raw).join('\n'),
    answer: JSON.stringify(run),
    list: (await bench.client.request('GET', '/v1/runs')).text,
    nats: [...heard, ...stored].map(({ raw }) => raw).join('\n'),
    logs: bench.stack.logs(),
    records: JSON.stringify(records),
  };
  const formOfQuery = new URLSearchParams({ '': SECRET }).toString().slice(1);
  // The site did get it, so it went through every part on its way.
  expect(bench.site.requests.some((path) => path.includes(formOfQuery))).toBe(true);
  const forms = ['Tr0ub4dor', 'ñandú', encodeURIComponent('ñandú'), formOfQuery];
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    for (const form of forms) expect(text.includes(form), `${form} in ${place}`).toBe(false);
  }
});

test('I11: pictures are for those who may read the run', async () => {
  const path = `/artifacts/${run.steps[1]?.screenshotPath}`;
  const admin = await adminByToken(bench.client);
  const stranger = await addMember(admin);
  const [allowed, byToken, nobody, badToken, foreign] = await Promise.all([
    fetch(`${bench.client.url}${path}`, { headers: { 'X-Api-Key': bench.stack.apiKey } }),
    admin.request('GET', path),
    bench.client.as({}).request('GET', path),
    bench.client.as({}).request('GET', `${path}?token=nonsense`),
    bench.client.as({}).request('GET', `${path}?token=${stranger.token}`),
  ]);
  expect(allowed.status).toBe(200);
  expect(allowed.headers.get('content-type')).toBe('image/png');
  expect([...new Uint8Array(await allowed.arrayBuffer()).slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(byToken.status).toBe(200);
  expect(nobody).toMatchObject({ status: 401, text: '{"ok":false,"error":"unauthorized"}' });
  expect(badToken.status).toBe(401);
  expect(foreign).toMatchObject({ status: 404, text: '{"ok":false,"error":"not found"}' });
});

const picture = (index: number) => `${id}/1-${index}-${id}.png`;
const assistOnly = (messages: readonly SseMessage[]) =>
  messages.map(({ data }) => data).filter(({ kind }) => kind === 'assist');

function eventsOfRun() {
  const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
  const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  /** `by`: the event, or the effect that was done. */
  const moved = (from: string, to: string, by: string) => ({
    type: 'transition',
    payload: {
      from,
      to,
      cause: { kind: by === 'CLAIM' ? 'event' : 'done', name: by },
      // A step begins once that is stored.
      ...(by !== 'checkpoint' || to !== acting ? { at } : {}),
    },
  });
  const ofStep = (given: { action: string }, stepIndex: number) => {
    const step = 'value' in given ? { ...given, value: '[REDACTED]' } : given;
    const tree = given.action === 'snapshot' && { a11y: expect.stringContaining('[REDACTED]') };
    return [
      moved(checkpoint, acting, 'checkpoint'),
      { type: 'step_start', stepIndex, payload: { step } },
      { type: 'step_success', stepIndex, payload: { step, at, screenshotPath: picture(stepIndex), ...tree } },
      moved(acting, checkpoint, 'step'),
    ];
  };
  return [
    moved('running.queued', 'running.launching', 'CLAIM'),
    moved('running.launching', checkpoint, 'launch'),
    ...STEPS.flatMap(ofStep),
    moved(checkpoint, 'running.settling', 'checkpoint'),
    moved('running.settling', 'pass', 'settle'),
    { type: 'run_end', payload: { status: 'pass', at } },
  ];
}
