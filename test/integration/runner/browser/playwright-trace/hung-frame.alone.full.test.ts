/* I3: a frame that hangs takes from no traced step its time, nor the reason why it fails. */
import { expect, test } from 'vitest';
import { localServer } from '../../../../support/http/local-server.ts';
import { needs } from '../../../../support/machine.ts';
import { createBench, LIVE, patiently } from '../fixture.ts';

/** A page with a frame of another site, which full Chromium gives a process of its own, that hangs as soon as it is shown. */
const startSite = () =>
  localServer(({ url, headers }, response) => {
    const frame = `http://${headers.host?.replace('127.0.0.1', 'localhost')}/frame`;
    response.setHeader('content-type', 'text/html');
    response.end(
      url === '/frame'
        ? '<p>frame</p><script>addEventListener("load", () => setTimeout(() => { for (;;); }, 100))</script>'
        : `<button onclick="this.textContent += '.'">Go</button><p><button id="below">Below</button><div id="cookie" style="position:fixed;inset:40px 0 0 0">Cookies</div><iframe src="${frame}"></iframe>`,
    );
  });

test('I3: a frame that hangs takes from no traced step its time, nor the reason why it fails', async () => {
  await needs('full Chromium');
  const site = await startSite();
  await using bench = await createBench({ headlessPath: undefined });
  const click = { action: 'click', selector: 'button >> nth=0' };
  const text = {
    action: 'expect',
    is: 'text',
    selector: 'button >> nth=0',
    equals: 'Go...',
  };
  const covered = { action: 'click', selector: '#below', timeoutMs: patiently(6_000) };
  const run = await bench.open(
    bench.flow([{ action: 'goto', url: '/' }, click, click, click, text, covered], { baseUrl: site.url }),
  );
  const outcomes = [];
  for (const index of [0, 1, 2, 3, 4]) outcomes.push(await run.perform(index, LIVE));
  const failed = await run.perform(5, LIVE);
  await run.close({ keepVideo: false, reason: 'test over' });
  expect(outcomes.map(({ ok, error }) => [ok, error])).toEqual(outcomes.map(() => [true, undefined]));
  expect(failed).toMatchObject({ ok: false, reason: 'element_covered', coveredBy: '<div id="cookie">' });
});
