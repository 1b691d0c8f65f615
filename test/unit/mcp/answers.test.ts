/* The tools and each answer stay within the tokens that a model can spend, and keep what is newest. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, test } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import { createAccess } from '../../../services/mcp/access.ts';
import { createCalls } from '../../../services/mcp/calls.ts';
import { newestWithin } from '../../../services/mcp/runs/newest-within.ts';
import { reportOf } from '../../../services/mcp/runs/report.ts';
import { reportText } from '../../../services/mcp/runs/report-text.ts';
import { createMcpServer } from '../../../services/mcp/server.ts';

/**
 * Tokens are counted as characters / 3.5: English text and JSON have about 4 characters a token with the tokenizers of
 * today's models, so that this errs on the safe side.
 */
const CHARACTERS_PER_TOKEN = 3.5;
const tokensOf = (value: unknown) => Math.ceil(JSON.stringify(value).length / CHARACTERS_PER_TOKEN);

test('all tools together cost a model at most 5,000 tokens', async () => {
  // A gateway that is out of reach: all tools are listed.
  const client = createClient({ url: 'http://127.0.0.1:9', apiKey: 'gly_x' });
  const server = createMcpServer({
    client,
    access: createAccess(client),
    calls: createCalls(),
    stopping: new AbortController().signal,
    say: () => undefined,
  });
  const [here, there] = InMemoryTransport.createLinkedPair();
  const agent = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(here), agent.connect(there)]);
  const { tools } = await agent.listTools();
  await agent.close();
  const costs = Object.fromEntries(tools.map((tool) => [tool.name, tokensOf(tool)]));
  console.info(`tools/list: ${tokensOf({ tools })} tokens`, costs);
  expect(tools).toHaveLength(9);
  expect(tokensOf({ tools })).toBeLessThanOrEqual(5_000);
});

const LONGEST_ANSWER = 47_000;

/** The largest run that there may be: every text as long as it can be, and of characters that JSON escapes. */
function largestRun(): RunDetail {
  const long = '"\\'.repeat(1_000);
  const step = (index: number) => ({
    index,
    action: 'waitForSelector',
    ok: index < 25,
    error: long,
    screenshotPath: 'run/1-0.png',
    a11y: '- "\\"\n'.repeat(40_000),
  });
  const steps = Array.from({ length: 26 }, (_, index) => step(index));
  return {
    id: '00000000-0000-4000-8000-000000000000',
    status: 'fail',
    outcome: 'fail',
    state: 'fail',
    startedAt: '2026-11-25T12:00:00Z',
    durationMs: 1,
    baseUrl: `http://${long}`,
    error: long,
    project: '00000000-0000-4000-8000-000000000000',
    stepCount: 26,
    name: long,
    title: long.slice(0, 120),
    contextId: long,
    labels: Array.from({ length: 16 }, () => '"'.repeat(63)),
    stopReason: 'step_failed',
    steps,
    results: {
      small: long.slice(0, 900),
      long,
      large: long.repeat(30),
      ...Object.fromEntries(steps.map(({ index }) => [`r${index}`.padEnd(64, '_'), [long]])),
    },
    onCancel: steps.slice(0, 25),
    events: steps.flatMap(({ index }) => [
      {
        type: 'step_start',
        seq: 2 * index + 1,
        at: '2026-11-25T12:00:00Z',
        stepIndex: index,
        payload: { step: { action: 'waitForSelector', selector: long } },
      },
      {
        type: 'notice',
        seq: 2 * index + 2,
        at: '2026-11-25T12:00:00Z',
        payload: { code: 'video_lost', text: `${index}: ${long}` },
      },
    ]),
  } as RunDetail;
}

test('the answer about the largest run is bounded, and has the newest steps', () => {
  for (const options of [{}, { step: 7, offset: 1_000 }, { result: 'large', offset: 5_000 }]) {
    const report = reportOf(largestRun(), options);
    const size = JSON.stringify({ text: reportText(report), structuredContent: report }).length;
    expect(size).toBeLessThan(LONGEST_ANSWER);
  }
  const report = reportOf(largestRun());
  expect(report).toMatchObject({ stepsExecuted: 26, failedStep: 26, tree: { step: 26 } });
  expect(report.steps.at(-1)).toMatchObject({ step: 26, ok: false });
  expect(report.steps.length + (report.earlierSteps ?? 0)).toBe(26);
  expect(report.onCancel?.at(-1)).toMatchObject({ step: 25 });
  expect(report.earlierOnCancel).toBeGreaterThan(0);
  expect(report.onCancel!.length + report.earlierOnCancel!).toBe(25);
  expect(Object.keys(report.results ?? {})).toEqual(['small']);
  expect(report.furtherResults?.at(-1)).toMatch(/^r25_/);
  expect(report.notices?.at(-1)).toMatch(/^25: /);
  const text = reportText(report);
  expect(text).toContain('Notice: "25: ');
  expect(text).toContain('Step 26 failed (step_failed)');
  expect(text).toContain(`onCancel steps:\n(${report.earlierOnCancel} earlier ones are left out:`);
});

test('an answer says which named flow a run is of, and which schedule has started it', () => {
  const trigger = { schedule: 'nightly', nominalAt: '2026-12-01T02:30:00.000Z', kind: 'catch_up' } as const;
  expect(reportOf({ ...largestRun(), flow: { name: 'check', version: 3 }, trigger })).toMatchObject({
    flow: 'check@3',
    trigger: 'schedule nightly, 2026-12-01T02:30Z, made up for',
  });
});

test('a result is read on in parts, and one that there is not is named', () => {
  const run = largestRun();
  const whole = JSON.stringify(run.results?.large);
  let read = '';
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const { result, tree } = reportOf(run, { result: 'large', offset });
    expect(tree).toBeUndefined();
    expect(result).toMatchObject({ name: 'large', offset, total: whole.length });
    read += result?.text;
    offset = result?.nextOffset;
  }
  expect(read).toBe(whole);
  expect(reportText(reportOf(run, { result: 'large' }))).toContain(
    `To read on: get_run {"id":"${run.id}","result":"large","offset":5000}.`,
  );
  expect(() => reportOf(run, { result: 'none' })).toThrow(
    'The run has no such result. It has: small, long, large',
  );
  expect(() => reportOf(run, { result: 'small', offset: 5_000 })).toThrow(
    'The result small has 1802 characters',
  );
});

test('what is newest is kept, and one at least', () => {
  expect(newestWithin(['a', 'b', 'c'], 6)).toEqual({ kept: ['b', 'c'], left: 1 });
  expect(newestWithin(['a', 'x'.repeat(100)], 6)).toEqual({ kept: ['x'.repeat(100)], left: 1 });
  expect(newestWithin([], 6)).toEqual({ kept: [], left: 0 });
});
