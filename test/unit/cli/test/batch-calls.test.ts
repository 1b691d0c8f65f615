import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import { listenForStop } from '#shared/platform/process/stop-signals.ts';
import { FlowError } from '../../../../services/cli/flow/flow-file.ts';
import { cancelStarted, readReport, startBatch } from '../../../../services/cli/test/batch-calls.ts';
import { cancelOnStop } from '../../../../services/cli/test/interruption.ts';
import { batchOfTests } from './fixture.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const { tests: _, ...CREATED } = batchOfTests('running', []);
const PLAN = { body: { flows: [{ flow: { name: 'a' } }] }, sources: [{ file: 'flows/a.json' }] };
const never = new AbortController().signal;

const json = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const problem = (status: number, code: string, more = {}) => json(status, { title: code, code, ...more });
const refusedConnection = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
};
const lostConnection = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNRESET' }) });
};

/** A client whose gateway answers like this, one after the other. */
function clientOf(...answers: (() => Response)[]) {
  const requests: { url: string; key: string | null }[] = [];
  const client = createClient({
    url: 'http://gateway',
    apiKey: 'gly_key',
    fetch: async (url, init) => {
      requests.push({ url: String(url), key: new Headers(init?.headers).get('idempotency-key') });
      return answers[requests.length - 1]!();
    },
  });
  return { client, requests };
}

describe('a start', () => {
  test('whose answer is lost is repeated with the same key, also while the gateway is away', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { client, requests } = clientOf(
      lostConnection,
      refusedConnection,
      () => problem(409, 'idempotency_in_flight'),
      () => json(201, CREATED),
    );
    expect(await startBatch({ client, project: 'p' }, PLAN, never)).toEqual(CREATED);
    expect(requests).toHaveLength(4);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
    expect(requests[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('at a gateway that is not there fails at once', async () => {
    const { client, requests } = clientOf(refusedConnection);
    await expect(startBatch({ client, project: 'p' }, PLAN, never)).rejects.toMatchObject({
      code: 'unreachable',
    });
    expect(requests).toHaveLength(1);
  });

  test('that is refused names the file of each wrong place', async () => {
    const issues = [{ path: 'flows.0.rows.0.inputs.n', message: 'is required' }];
    const details = { formErrors: [], fieldErrors: {}, issues };
    const { client } = clientOf(() => problem(400, 'validation_failed', { details }));
    const error = await startBatch({ client, project: 'p' }, PLAN, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FlowError);
    expect((error as FlowError).lines().at(-1)).toBe('  flows/a.json: inputs.n: is required');
  });
});

test('the cancel of a batch that has ended is no error', async () => {
  const { client, requests } = clientOf(() => problem(409, 'batch_final'));
  await cancelStarted({ client, project: 'p', batch: 'b' }, never);
  expect(requests[0]?.url).toBe('http://gateway/v1/projects/p/batches/b/cancel');
});

test('a report is asked for again while the gateway is away', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const { client, requests } = clientOf(refusedConnection, () => new Response('<testsuites/>'));
  expect(await readReport({ client, project: 'p', batch: 'b' }, 'junit', never)).toBe('<testsuites/>');
  expect(requests[1]?.url).toBe('http://gateway/v1/projects/p/batches/b/report?format=junit');
});

describe('a signal', () => {
  function signals() {
    let now = 0;
    const source = new EventEmitter();
    const stop = listenForStop(source as unknown as NodeJS.Process, () => now);
    return {
      stop,
      send: (afterMs: number) => {
        now += afterMs;
        source.emit('SIGINT', 'SIGINT');
      },
    };
  }

  test('cancels once; a second one leaves at once', async () => {
    const { stop, send } = signals();
    const cancel = vi.fn(async () => undefined);
    using interruption = cancelOnStop(stop, cancel);
    send(0);
    await interruption.asked();
    send(100); // npm passes on what the terminal has sent already
    expect([cancel.mock.calls.length, interruption.left.aborted]).toEqual([1, false]);
    send(1_000);
    expect([cancel.mock.calls.length, interruption.left.aborted]).toEqual([1, true]);
    stop.dispose();
  });

  test('is given three seconds', async () => {
    vi.useFakeTimers();
    const { stop, send } = signals();
    using interruption = cancelOnStop(stop, async () => undefined);
    send(0);
    await interruption.asked();
    await vi.advanceTimersByTimeAsync(2_999);
    expect(interruption.left.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(interruption.left.aborted).toBe(true);
    stop.dispose();
  });

  test('after the end cancels nothing', async () => {
    const { stop, send } = signals();
    const cancel = vi.fn(async () => undefined);
    cancelOnStop(stop, cancel)[Symbol.dispose]();
    send(0);
    await stop.first;
    expect(cancel).not.toHaveBeenCalled();
    stop.dispose();
  });
});
