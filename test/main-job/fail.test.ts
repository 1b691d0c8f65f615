/* I1, I9, I10: a step that fails ends its run with one clear line, and keeps what came before. */
import { expect, test } from 'vitest';
import { expectWholeStream, statusesOf } from '../support/http/run-stream.ts';
import { isEvent } from '../support/http/sse.ts';
import { extendedOnly } from '../support/share.ts';
import { startSite } from '../support/sites/site.ts';
import { useStack } from '../support/stack/use-stack.ts';

const bench = useStack();

test('I1, I9: a step that fails ends the run, names its selector in one short line, and keeps what came before', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    captureScreenshotAfterEachStep: true,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'click', selector: '#no-such-button', timeoutMs: 1_000 },
      { action: 'goto', url: '/plain' },
    ],
  });
  const messages = await (await bench.client.watch(id)).ended();

  expect(expectWholeStream(messages)).toEqual({ status: 'fail' });
  expect(statusesOf(messages)).toEqual(['running', 'fail']);
  const run = await bench.client.read(id);
  const error = expect.stringMatching(/^click #no-such-button: timed out after 1000 ms, .{1,100}$/);
  expect(run).toMatchObject({ status: 'fail', state: 'fail', stopReason: 'step_failed' });
  expect(run.steps).toEqual([
    { index: 0, action: 'goto', ok: true, screenshotPath: expect.any(String) },
    { index: 1, action: 'click', ok: false, error, screenshotPath: expect.any(String) },
  ]);
  expect(messages.find(isEvent('step_failure'))?.data).toMatchObject({
    stepIndex: 1,
    payload: { step: { action: 'click', selector: '#no-such-button' }, error },
  });
  expect(run).not.toHaveProperty('cancel');
  for (const { screenshotPath } of run.steps) {
    const picture = await bench.client.request('GET', `/artifacts/${screenshotPath}`);
    expect(picture.status).toBe(200);
  }
  expect(bench.site.requests).not.toContain('/plain');
});

extendedOnly(() => {
  test('a button that is called Cancel and cannot be clicked is a failure, not a cancel', async () => {
    const selector = 'button:has-text("Cancel")';
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/form' },
        { action: 'click', selector, timeoutMs: 300 },
      ],
    });
    const messages = await (await bench.client.watch(id)).ended();

    expect(expectWholeStream(messages)).toEqual({ status: 'fail' });
    expect(statusesOf(messages)).toEqual(['running', 'fail']);
    const run = await bench.client.read(id);
    expect(run).not.toHaveProperty('cancel');
    expect(run.steps.at(-1)).toMatchObject({ ok: false, error: expect.stringContaining(selector) });
  });
});

test('I10: an error that would show a filled-in value shows that it was hidden', async () => {
  const value = 'correct horse battery';
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value },
      { action: 'waitForSelector', selector: `text=${value}`, timeoutMs: 300 },
    ],
  });
  const messages = await (await bench.client.watch(id)).ended();

  expectWholeStream(messages);
  const run = await bench.client.read(id);
  expect(run.steps[2]?.error).toContain('waitForSelector text=[REDACTED]: timed out after 300 ms');
  expect(JSON.stringify([run, messages])).not.toContain(value);
});

test('a flow without the site it is for fails with a clear error', async () => {
  const gone = await startSite();
  await gone.close();
  const id = await bench.client.start({ baseUrl: gone.url, steps: [{ action: 'goto', url: '/' }] });
  expectWholeStream(await (await bench.client.watch(id)).ended());
  const run = await bench.client.read(id);
  expect(run.status).toBe('fail');
  expect(run.steps[0]?.error).toMatch(/^goto \/: net::ERR_CONNECTION_REFUSED$/);
});
