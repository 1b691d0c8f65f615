/* A watcher of a batch goes on behind the newest entry after a loss, and never goes back to an older state. */
import { afterEach, expect, it, vi } from 'vitest';
import { type BatchEntry, createClient } from '#shared/api/client/index.ts';

afterEach(() => void vi.restoreAllMocks());

const BATCH = {
  id: '01990000-0000-4000-8000-000000000001',
  project: '01990000-0000-4000-8000-000000000002',
  status: 'running',
  labels: [],
  maxParallel: 8,
  retries: 0,
  stopOnFailure: false,
  counts: {
    tests: 2,
    waiting: 0,
    running: 2,
    pass: 0,
    flaky: 0,
    fail: 0,
    cancelled: 0,
    skipped: 0,
    quarantined: 0,
  },
  createdAt: '2026-12-01T10:00:00.000Z',
} as const satisfies Extract<BatchEntry, { kind: 'batch' }>['batch'];

const entryOf = (index: number, seq: number, status: 'running' | 'pass'): BatchEntry => ({
  kind: 'test',
  seq,
  test: {
    index,
    name: `test ${index}`,
    flow: { name: 'a' },
    labels: [],
    quarantined: false,
    status,
    attempts: [],
  },
});
const message = (entry: BatchEntry) =>
  `event: ${entry.kind}\ndata: ${JSON.stringify(entry)}\n${entry.kind === 'end' ? '' : `id: ${entry.seq}\n`}\n`;
const PING = 'event: ping\ndata: 17\n\n';
const END: BatchEntry = { kind: 'end' };

/** Watches at a gateway that answers like this, one connection after the other; undefined: it is away. */
async function watched(...connections: (string | undefined)[]) {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const ids: (string | null)[] = [];
  const lost: string[] = [];
  const client = createClient({
    url: 'http://gateway',
    fetch: async (_, init) => {
      ids.push(new Headers(init?.headers).get('last-event-id'));
      const text = connections[ids.length - 1];
      if (text === undefined) throw new TypeError('fetch failed');
      return new Response(text);
    },
  });
  const which = { project: BATCH.project, batch: BATCH.id };
  const entries: BatchEntry[] = [];
  const onLost = (error: Error) => void lost.push(error.message);
  for await (const entry of client.followBatch(which, { onLost })) entries.push(entry);
  return { entries, ids, lost };
}

it('reconnects behind the newest entry, also at a gateway that is away from the first, and ends with the end', async () => {
  const first = [entryOf(0, 3, 'running'), entryOf(1, 4, 'running')];
  const batch: BatchEntry = { kind: 'batch', seq: 4, batch: BATCH };
  const last = entryOf(1, 7, 'pass');
  const { entries, ids, lost } = await watched(
    undefined,
    PING + [...first, batch].map(message).join(''),
    undefined,
    [last, END].map(message).join(''),
  );
  expect(entries).toEqual([...first, batch, last, END]);
  expect(ids).toEqual([null, null, '4', '4']);
  expect(lost).toHaveLength(2);
});

it('passes no state on that is older than what came before', async () => {
  const { entries } = await watched(
    [entryOf(0, 5, 'pass'), entryOf(0, 3, 'running'), entryOf(1, 4, 'running'), END].map(message).join(''),
  );
  expect(entries).toEqual([entryOf(0, 5, 'pass'), entryOf(1, 4, 'running'), END]);
});

it('passes over what it does not know', async () => {
  const { entries } = await watched(
    `event: test\ndata: {"kind":"test"}\n\nevent: new\ndata: {}\n\n${message(END)}`,
  );
  expect(entries).toEqual([END]);
});
