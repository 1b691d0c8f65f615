/* I3, I10: a run that fails or is cancelled has each call, page and request in its Playwright trace. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { NETWORK_LINES, TRACE_LINES } from '#shared/domain/playwright-trace/pieces.ts';
import { eventually } from '../../../../support/eventually.ts';
import { linesOf, readPieces } from '../../../../support/playwright-trace/read-pieces.ts';
import { foundIn } from '../../../../support/secret-forms.ts';
import { startWaitingSite } from '../../../../support/sites/waiting-site.ts';
import { createBench, LIVE, useGround } from '../fixture.ts';

const ground = useGround();
/** What a flow has that says nothing of it. */
const KEPT = {};
const FORM = { action: 'goto', url: '/form' };
const MISSING = { action: 'click', selector: '#nothing', timeoutMs: 300 };

interface Line {
  type: string;
  callId?: string;
  parentId?: string;
  title?: string;
  method?: string;
  error?: { message: string };
  snapshot?: { callId: string; phase: string };
}

test('a run that fails has each step with its calls, its pages and its requests', async () => {
  await using bench = await createBench({}, ground());
  const run = await bench.open(bench.flow([FORM, MISSING], KEPT), { runId: 'failed' });
  for (const index of [0, 1]) await run.perform(index, LIVE);
  await run.close({ keepVideo: true, reason: 'done' });
  const files = await eventually(async () => {
    const found = await readPieces(join(bench.artifacts, 'failed'));
    expect(found.size).toBeGreaterThan(1);
    return found;
  });
  const lines = linesOf<Line>(files, TRACE_LINES);
  expect(lines[0]).toMatchObject({ type: 'context-options' });
  const calls = lines.filter(({ type }) => type === 'before');
  expect(calls.filter(({ method }) => method === 'tracingGroup')).toMatchObject([
    { callId: 'step@1', title: '1. goto /form' },
    { callId: 'step@2', title: '2. click #nothing' },
  ]);
  // The runner looks for what is nearly `#nothing`, and for a title: no step of the flow does.
  expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['tracingGroup', 'goto', 'click']));
  expect(calls.find(({ method }) => method === 'click')).toMatchObject({ parentId: 'step@2' });
  const failed = lines.filter(({ error }) => error !== undefined);
  expect(failed.at(-1)).toMatchObject({
    callId: 'step@2',
    error: { message: expect.stringMatching(/#nothing/) },
  });
  expect(lines.some(({ type }) => type === 'frame-snapshot')).toBe(true);
  expect(linesOf(files, NETWORK_LINES)).not.toEqual([]);
  expect(files.get(TRACE_LINES)?.includes(process.cwd())).toBe(false);
});

test('a huge page has its calls, and is not kept from its work by looks at it', async () => {
  await using site = await startWaitingSite();
  await using bench = await createBench({}, ground());
  const goto = (page: string) => ({ action: 'goto', url: `/looked-at/${page}` });
  const lookedAt = { action: 'click', selector: '[data-looked-at] p >> nth=0' };
  const steps = [goto('small'), lookedAt, goto('huge'), { ...lookedAt, timeoutMs: 2_000 }];
  const run = await bench.open(bench.flow(steps, { baseUrl: site.url }), { runId: 'huge' });
  const outcomes = [];
  for (const index of [0, 1, 2, 3]) outcomes.push((await run.perform(index, LIVE)).ok);
  await run.close({ keepVideo: false, reason: 'done' });
  expect(outcomes).toEqual([true, true, true, false]);
  await eventually(async () => {
    const lines = linesOf<Line>(await readPieces(join(bench.artifacts, 'huge')), TRACE_LINES);
    const calls = lines.flatMap(({ type, method }) => (type === 'before' ? method : []));
    expect(calls.filter((method) => method !== 'tracingGroup')).toEqual(['goto', 'click', 'goto', 'click']);
  });
});

test('nothing of a trace is on a disk before it is kept', async () => {
  await using bench = await createBench({}, ground());
  const run = await bench.open(bench.flow([FORM], KEPT), { runId: 'traced' });
  await run.perform(0, LIVE);
  await eventually(async () =>
    expect((await readPieces(join(bench.artifacts, 'traced'))).size).toBeGreaterThan(1),
  );
  const files = readdirSync(bench.tempDir, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => /\.(trace|network|stacks)$|(^|\/)resources(\/|$)/.test(name))).toEqual([]);
  await run.close({ keepVideo: false, reason: 'done' });
});

test('each call of a flow has the page as it was before and after, also where the next one leaves it at once', async () => {
  await using bench = await createBench({}, ground());
  const steps = [FORM, { action: 'check', selector: 'input[name=terms]' }];
  const run = await bench.open(bench.flow([...steps, ...steps, FORM], { playwrightTrace: 'on' }), {
    runId: 'looks',
  });
  for (const index of [0, 1, 2, 3, 4]) await run.perform(index, LIVE);
  const isChecked = (look = '') => /"__playwright_checked_":"true"[^}]*"name":"terms"/.test(look);
  // A look takes as long as the page needs; none is waited for long once the run is over.
  await eventually(async () => {
    const lines = linesOf<Line>(await readPieces(join(bench.artifacts, 'looks')), TRACE_LINES);
    const looksOf = (method: string, phase: string) =>
      lines
        .filter((line) => line.type === 'before' && line.method === method)
        .map(({ callId }) =>
          JSON.stringify(
            lines.find(({ snapshot }) => snapshot?.callId === callId && snapshot?.phase === phase),
          ),
        );
    expect(['action', 'after'].map((phase) => looksOf('check', phase).map(isChecked))).toEqual([
      [false, false],
      [true, true],
    ]);
    const shown = ['action', 'after']
      .flatMap((phase) => looksOf('check', phase))
      .concat(looksOf('goto', 'after'));
    expect(shown).toEqual(Array.from({ length: 7 }, () => expect.stringContaining('frame-snapshot')));
  });
  await run.close({ keepVideo: false, reason: 'done' });
});

test('a run that passes leaves nothing, unless it is asked for', async () => {
  await using bench = await createBench({}, ground());
  for (const [runId, more] of [
    ['passed', KEPT],
    ['off', { playwrightTrace: 'off' }],
    ['on', { playwrightTrace: 'on' }],
  ] as const) {
    const run = await bench.open(bench.flow([FORM], more), { runId });
    await run.perform(0, LIVE);
    await eventually(async () => {
      const kept = await readPieces(join(bench.artifacts, runId));
      expect(kept.has(TRACE_LINES)).toBe(runId !== 'off');
    });
    await run.close({ keepVideo: false, reason: 'done', hasPassed: true });
    run.over(true);
  }
  await eventually(async () => expect(await readdir(bench.artifacts)).toEqual(['on']));
});

test('I3: a run that has done all its steps, and is cancelled before that is stored, keeps its trace', async () => {
  await using bench = await createBench({}, ground());
  const run = await bench.open(bench.flow([FORM], KEPT), { runId: 'overruled' });
  await run.perform(0, LIVE);
  await run.close({ keepVideo: false, reason: 'done', hasPassed: true });
  run.over(false);
  await eventually(async () => {
    const lines = linesOf<Line>(await readPieces(join(bench.artifacts, 'overruled')), TRACE_LINES);
    expect(lines.map(({ title }) => title)).toContain('1. goto /form');
  });
});

test('a trace that has reached its size ends, and says so; the run goes on', async () => {
  await using bench = await createBench({ mostTraceMib: 0.02 }, ground());
  const steps = [{ action: 'goto', url: '/many-headings' }, FORM];
  const run = await bench.open(bench.flow(steps, { playwrightTrace: 'on' }), { runId: 'large' });
  for (const index of steps.keys()) {
    expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
    await eventually(async () => {
      const files = await readPieces(join(bench.artifacts, 'large'));
      expect(files.get(TRACE_LINES)?.includes('Ghostly: the trace ends here, as it has 0.02 MiB')).toBe(true);
    });
  }
  await run.close({ keepVideo: false, reason: 'done' });
  const kept = await readPieces(join(bench.artifacts, 'large'));
  expect([...kept.values()].reduce((sum, { length }) => sum + length, 0)).toBeLessThan(0.03 * 2 ** 20);
});

test('a trace that cannot be kept ends, and its last piece says so', async () => {
  await using bench = await createBench({}, ground());
  const blocked = join(bench.artifacts, 'blocked');
  await mkdir(bench.artifacts);
  await writeFile(blocked, '');
  const run = await bench.open(bench.flow([FORM, { action: 'goto', url: '/many-headings' }], KEPT), {
    runId: 'blocked',
  });
  await run.perform(0, LIVE);
  await eventually(async () =>
    expect(bench.logged.map(({ message }) => message)).toContain("a part of Playwright's trace is not kept"),
  );
  await run.perform(1, LIVE);
  await rm(blocked);
  await run.close({ keepVideo: false, reason: 'done' });
  const kept = async () => (await readPieces(blocked)).get(TRACE_LINES)?.toString();
  await eventually(async () => expect(await kept()).toContain('as it could not be kept'));
  expect(await kept()).not.toContain('many-headings');
});

test('a piece whose answer was lost is not written again, and goes with the others', async () => {
  await using bench = await createBench({}, ground());
  const { put, discard } = artifactsInFolder(bench.artifacts);
  for (const hasPassed of [true, false]) {
    const runId = `lost-${hasPassed}`;
    const names: string[] = [];
    const artifacts: { put: typeof put; discard: typeof discard } = {
      discard,
      async put(...piece) {
        names.push(piece[1]);
        const path = await put(...piece);
        if (names.length === 1) throw new Error('the answer is lost');
        return path;
      },
    };
    const run = await bench.open(bench.flow([FORM], KEPT), { runId, artifacts });
    await run.perform(0, LIVE);
    await eventually(async () => expect(names).toHaveLength(1));
    await run.close({ keepVideo: false, reason: 'done', hasPassed });
    run.over(hasPassed);
    await eventually(async () => {
      const kept = await readdir(join(bench.artifacts, runId)).catch(() => []);
      expect(new Set(names).size).toBe(hasPassed ? 1 : 2);
      expect(new Set(kept)).toEqual(new Set(hasPassed ? [] : names));
    });
  }
});

const SENT = 'what a page sends to a socket';

/** Sends a text and the same as bytes, as soon as its socket is open. */
async function startSocketPage() {
  const sockets = new Worker(new URL('../../../../support/sites/flood-sockets.ts', import.meta.url));
  const [port] = (await once(sockets, 'message')) as [number];
  const page = `<script>
    const socket = new WebSocket('ws://127.0.0.1:${port}/drink');
    socket.onopen = () => {
      for (const text of ['${SENT}', new TextEncoder().encode('${SENT}')]) socket.send(text);
      document.write('<p id="sent">sent</p>');
    };</script>`;
  const server = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(page));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await sockets.terminate();
    },
  };
}

test('I10: what goes over a WebSocket is in no file of a trace, neither as text nor as bytes', async () => {
  await using bench = await createBench({}, ground());
  await using page = await startSocketPage();
  const steps = [
    { action: 'goto', url: '/' },
    { action: 'waitForSelector', selector: '#sent' },
  ];
  const flow = bench.flow(steps, { baseUrl: page.url, playwrightTrace: 'on' });
  const run = await bench.open(flow, { runId: 'socket' });
  for (const index of steps.keys()) expect(await run.perform(index, LIVE)).toMatchObject({ ok: true });
  await run.close({ keepVideo: false, reason: 'done' });
  await bench.pool.finishEvidence(5_000);
  const files = await readPieces(join(bench.artifacts, 'socket'));
  const requests = linesOf<{ snapshot: { _resourceType?: string } }>(files, NETWORK_LINES);
  const socket = requests.find(({ snapshot }) => snapshot._resourceType === 'websocket');
  expect(socket).toMatchObject({ snapshot: { response: { status: 101 } } });
  expect(socket).not.toHaveProperty('snapshot.response.content._file');
  // The page itself says what it sends.
  const others = [...files].filter(([, bytes]) => !bytes.includes('<script>'));
  for (const [name, bytes] of others)
    expect({ name, forms: foundIn(bytes, SENT) }).toEqual({ name, forms: [] });
});
