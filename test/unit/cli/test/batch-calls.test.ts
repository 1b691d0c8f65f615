/* A call whose answer is lost starts no second batch, and says what became of it. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import { errorText, exitCodeOf } from '../../../../services/cli/error-text.ts';
import { FlowError } from '../../../../services/cli/flow/flow-file.ts';
import {
  cancelStarted,
  LostCancelError,
  readReport,
  startBatch,
} from '../../../../services/cli/test/batch-calls.ts';
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

test('a start that is larger than a request may be is refused as such, with the way out', async () => {
  const { client } = clientOf(() => problem(413, 'body_too_large'));
  const error = await startBatch({ client, project: 'p' }, PLAN, never).catch((thrown: unknown) => thrown);
  expect(exitCodeOf(error)).toBe(2);
  expect(errorText(error)).toMatch(/larger than one request may be .* start several batches$/);
});

describe('a cancel that does not come through', () => {
  const place = { project: 'p', batch: 'b' };
  const cancelled = (client: ReturnType<typeof clientOf>['client'], signal: AbortSignal) =>
    cancelStarted({ client, ...place }, signal).catch((thrown: unknown) => thrown);

  test('says why the gateway was not there, not that there was no time', async () => {
    const over = new AbortController();
    const { client } = clientOf(() => {
      queueMicrotask(() => setImmediate(() => over.abort(new Error('over'))));
      return refusedConnection();
    });
    const error = await cancelled(client, over.signal);
    expect(errorText(error)).toBe('the gateway at http://gateway does not answer (ECONNREFUSED)');
    expect(error).not.toBeInstanceOf(LostCancelError);
  });

  test('is perhaps recorded where its answer was lost', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { client } = clientOf(lostConnection, () => problem(403, 'forbidden'));
    expect(await cancelled(client, never)).toBeInstanceOf(LostCancelError);
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
