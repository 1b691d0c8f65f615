/* I17, I10: of what a gateway takes for the vault nothing stays in its process, its logs and its database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { heapStrings, writesHeapTo } from '../../../support/stack/heap-strings.ts';
import { createStack } from '../../../support/stack/stack.ts';
import { startCollector } from '../../../support/traces/collector.ts';
import { call } from '../fixture.ts';

const TEXT = 'p4$$w0rd of "a\\text" + ünïcode/1';
const PASSWORD = 'correct&horse=battery%staple #2';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const SECRETS = [TEXT, PASSWORD, SEED];
const PLANTED = 'planted: it is in the process while its request is';
const ORIGINS = ['https://login.example.com'];

/** A secret in every form in which it could be kept. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Base64 of it inside a longer text, whose first characters depend on what is before it.
  const inside = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
    ...[new URLSearchParams({ secret }).toString().slice(7), bytes.toString('hex')],
    ...[...inside, ...inside.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))],
    ...(['utf16le', 'utf8'] as const).map((encoding) => Buffer.from(secret, encoding).toString('latin1')),
  ];
}

const foundIn = (text: string, secret: string): string[] =>
  formsOf(secret).filter((form) => text.includes(form));

/** A request whose body has not come to its end. */
async function beginPut(url: string, path: string, apiKey: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const head = `PUT ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Api-Key: ${apiKey}\r\nContent-Length: 9000\r\n\r\n`;
  socket.write(`${head}{"kind":"text","value":"${PLANTED}`);
}

it('I17: a value that was put is nowhere in the gateway, whatever became of its request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heap-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const collector = await startCollector();
  const env = { LOG_LEVEL: 'trace', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const stack = await createStack({ env });
  const service = await stack.start('gateway', { NODE_OPTIONS: writesHeapTo(folder) });
  const gateway = { url: await service.ready };
  const { apiKey: key } = stack;
  const { body: projects } = await call(gateway, 'GET', '/v1/projects', { key });
  const path = `/v1/projects/${(projects as { id: string }[])[0]!.id}/secrets`;
  const answers: unknown[] = [];
  const put = async (
    name: string,
    sent: { body?: unknown; text?: string },
    as: { key?: string } = { key },
  ) => {
    const { status, body } = await call(gateway, 'PUT', `${path}/${name}`, { ...as, ...sent });
    answers.push(body);
    return status;
  };
  const uri = `otpauth://totp/Shop:ann?secret=${SEED}&issuer=Shop`;
  const text = { kind: 'text', value: TEXT, origins: ORIGINS };
  const login = { kind: 'login', username: 'ann', password: PASSWORD, origins: ORIGINS };
  const statuses = [
    await put('text', { body: text }),
    await put('login', { body: login }),
    await put('code', { body: { kind: 'totp', uri, origins: ORIGINS } }),
    await put('text', { body: text }, {}),
    await put('a.b', { body: text }),
    await put('text', { body: { ...text, origins: [`https://x.test/${encodeURIComponent(TEXT)}`] } }),
    await put('text', { body: { ...text, value: TEXT.repeat(500) } }),
    await put('login', { body: { ...login, kind: PASSWORD } }),
    await put('code', { body: { kind: 'totp', uri: `${uri}&digits=5`, origins: ORIGINS } }),
    await put('text', { text: `{"kind":"text","value":${JSON.stringify(TEXT)}` }),
    await put('text', { text: `"${PASSWORD}` }),
  ];
  expect(statuses).toEqual([200, 200, 200, 401, 400, 400, 400, 400, 400, 400, 400]);
  // What comes after it goes through the same buffers, parsers and regular expressions.
  for (let n = 0; n < 10; n += 1)
    await put('other', { body: { ...text, value: `another value, number ${n}, ${'x'.repeat(100)}` } });
  await beginPut(gateway.url, `${path}/planted`, key);

  const heap = await eventually(async () => {
    const strings = await heapStrings(service, folder);
    expect(strings.length).toBeGreaterThan(10_000);
    const all = strings.join('\n');
    expect(all).toContain(PLANTED);
    return all;
  });
  const tables = await rows<{ name: string }>(
    stack.databaseUrl,
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const stored = [];
  for (const { name } of tables)
    stored.push(await rows(stack.databaseUrl, `select to_jsonb(t)::text as text from "${name}" as t`));
  // It sends what it has of spans before it ends.
  expect(await service.stop()).toBe(true);
  expect(collector.spans.length).toBeGreaterThan(statuses.length);
  const places = {
    heap,
    answers: JSON.stringify(answers),
    logs: stack.logs(),
    database: JSON.stringify(stored),
    traces: JSON.stringify(collector.spans, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  };
  expect(places.database).toContain('"kid');
  for (const [place, whole] of Object.entries(places))
    for (const secret of SECRETS) expect([place, foundIn(whole, secret)]).toEqual([place, []]);
});
