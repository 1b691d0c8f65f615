/* An interrupted `ghostly test` says whether its batch was cancelled, or that this is not known. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import type { BatchStatus } from '#shared/domain/batch/rules.ts';
import { command } from '../../../../services/cli/commands/test.ts';
import { parse } from '../../../../services/cli/dispatch.ts';
import type { TestValues } from '../../../../services/cli/test/options.ts';
import { runTests } from '../../../../services/cli/test/run-tests.ts';
import { batchOfTests, handSignals } from './fixture.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const { tests: _, ...CREATED } = batchOfTests('running', []);
const ADDRESS = `${CREATED.id}, http://gateway/#/batches/${CREATED.project}/${CREATED.id}`;
const json = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const away = (): never => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
};
const silent = (signal?: AbortSignal | null) =>
  new Promise<Response>((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

const JOB = {
  ok: true,
  id: CREATED.id,
  status: 'running',
  createdAt: CREATED.createdAt,
  userId: CREATED.project,
  mode: 'graceful',
  matched: 0,
  results: [],
};

type Answer = (signal?: AbortSignal | null) => Response | Promise<Response>;

/** The command at a gateway that has started the batch, and then answers like this. */
async function started(answers: Partial<Record<'stream' | 'cancel' | 'report' | 'read', Answer>>) {
  const cwd = await mkdtemp(join(tmpdir(), 'ghostly-run-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  vi.stubGlobal('fetch', async () => new Response('', { headers: { 'content-type': 'text/html' } }));
  const following = Promise.withResolvers<void>();
  const client = createClient({
    url: 'http://gateway',
    apiKey: 'gly_key',
    fetch: async (url, init) => {
      const { pathname } = new URL(String(url));
      if (init?.method === 'POST' && pathname.endsWith('/batches')) return json(201, CREATED);
      const [, what = 'read'] = /\/(stream|cancel|report)$/.exec(pathname) ?? [];
      if (what === 'stream') following.resolve();
      return (answers[what as keyof typeof answers] ?? away)(init?.signal);
    },
  });
  const { values } = parse(command, ['a.json', '--output', 'batch.json', '--junit', 'out.xml']);
  const said: string[] = [];
  const { stop, send } = handSignals();
  const context = {
    env: {},
    cwd,
    root: '/',
    out: () => undefined,
    err: (line: string) => void said.push(line),
    outClosed: new AbortController().signal,
  };
  const terminal = { colour: false, live: false, columns: 80, write: () => undefined };
  const plan = { body: { flows: [] }, sources: [], visits: [], project: undefined, ignored: [] };
  const ended = runTests({
    context,
    client,
    project: CREATED.project,
    plan,
    values: values as TestValues,
    stop,
    terminal,
  });
  await following.promise;
  return {
    said,
    send,
    ended,
    /** Resolves once it is written. */
    async output() {
      for (;;) {
        const text = await readFile(join(cwd, 'batch.json'), 'utf8').catch(() => '');
        if (text.endsWith('}\n')) return JSON.parse(text) as { id: string; status: BatchStatus };
      }
    },
  };
}

test('a signal while the gateway is away says in words that nothing was cancelled, within five seconds', async () => {
  const { said, send, ended, output } = await started({ stream: silent });
  send();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await output()).toMatchObject({ status: 'running' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await ended).toBe(130);
  const why = 'the gateway at http://gateway does not answer (ECONNREFUSED)';
  expect(said).toEqual([
    'cancelling the batch …',
    `it was not cancelled, and goes on: ${ADDRESS} (${why})`,
    `a report is missing: --junit out.xml: ${why}`,
  ]);
});

test('a signal at a gateway that does not answer says that nothing is known of the cancel', async () => {
  const { said, send, ended, output } = await started({
    stream: silent,
    cancel: silent,
    report: silent,
    read: silent,
  });
  send();
  await vi.advanceTimersByTimeAsync(4_000);
  await output();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ended).toBe(130);
  expect(said[1]).toBe(
    `whether it is being cancelled is not known: ${ADDRESS} (there was no answer in time)`,
  );
  expect(said.join('\n')).not.toContain(' at ');
});

const reads = (status: BatchStatus) => () => json(200, batchOfTests(status, []));
const report = () => new Response('<testsuites/>');

test('a key that may not cancel ends the command with why, and nothing is waited for', async () => {
  const cancel = () => json(403, { title: 'no', code: 'forbidden', detail: 'the key lacks runs:cancel' });
  const { said, send, ended } = await started({
    stream: silent,
    cancel,
    report,
    read: reads('running'),
  });
  send();
  // No time goes by.
  expect(await ended).toBe(130);
  expect(said[1]).toMatch(/^it was not cancelled, and goes on: .*\(.+403.*\)$/);
});

test('a cancel that was taken is said to go on', async () => {
  const asked = Promise.withResolvers<void>();
  const cancel = () => {
    asked.resolve();
    return json(202, JOB);
  };
  const { said, send, ended } = await started({ stream: silent, cancel, report, read: reads('cancelling') });
  send();
  await asked.promise;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await ended).toBe(130);
  expect(said.at(-1)).toBe(`it is being cancelled, and has not ended yet: ${ADDRESS}`);
});

test('a cancel whose answer was lost is looked for in the batch', async () => {
  const { said, send, ended } = await started({
    stream: silent,
    cancel: silent,
    report,
    read: reads('cancelling'),
  });
  send();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await ended).toBe(130);
  expect(said.at(-1)).toMatch(/^it is being cancelled, and has not ended yet: /);
});

test('a gateway that is gone for good leaves what is known, and says where the batch is', async () => {
  const { said, ended, output } = await started({});
  const failed = expect(ended).rejects.toMatchObject({ code: 'unreachable' });
  await vi.advanceTimersByTimeAsync(70_000);
  await failed;
  expect(said.at(-1)).toBe(`the batch may still go on: ${ADDRESS}`);
  expect(await output()).toMatchObject({ id: CREATED.id, status: 'running' });
});
