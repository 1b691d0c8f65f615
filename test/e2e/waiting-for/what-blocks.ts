import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, promisedMs } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { share } from '../../support/share.ts';
import { startWaitingSite, type WaitingSite } from '../../support/sites/waiting-site.ts';
import { useWaiting } from './bench.ts';

const { bench, waitingOf, start, end } = useWaiting();
const SAID_WITHIN = { timeoutMs: promisedMs(3_000) };

let site: WaitingSite;
beforeAll(async () => {
  site = await startWaitingSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());

type Steps = Parameters<typeof start>[0];
const open = (url: string) => ({ action: 'goto' as const, url, timeoutMs: 60_000 });
const click = (selector: string) => ({ action: 'click' as const, selector, timeoutMs: 60_000 });
const wait = (selector: string) => ({ action: 'waitForSelector' as const, selector, timeoutMs: 60_000 });

const ROWS: [what: string, steps: Steps, said: RegExp, not: RegExp][] = [
  [
    'that nothing matches a selector',
    [open('/here'), wait('#never')],
    /^No element matches #never\. Step 2 \(waitForSelector\) has taken \d+ of 60 s; then the run fails\.$/,
    /busy|answer|search/,
  ],
  [
    'that an element is hidden',
    [open('/states'), click('#hide')],
    /^The element that matches #hide is not visible\. Step 2 \(click\) has taken/,
    /busy|No element|covered|moving|disabled/,
  ],
  [
    'that an element is disabled',
    [open('/states'), click('#off')],
    /^The element that matches #off is disabled\. Step 2 \(click\) has taken/,
    /busy|No element|covered|moving|not visible/,
  ],
  [
    'that the server answered the page with an error',
    [open('/broken'), wait('#cart')],
    /^No element matches #cart\. The server answered the page with 500\. Step 2/,
    /busy|search/,
  ],
  [
    'which server never answers',
    [open('/hangs/first')],
    /^The server has not answered GET \S+\/hangs\/first for [1-9]\d* s\. Step 1 \(goto\) has taken/,
    /busy|No element|has begun/,
  ],
  [
    'that the script of a page is busy',
    [open('/busy'), click('#b'), wait('#never')],
    /^The page is not responding: its script is busy, for [1-9]\d* s now\. Step [23] /,
    /No element|not visible|search|answered/,
  ],
  [
    'that a page loads itself over and over',
    [open('/reloads'), wait('#never')],
    /The page was loaded \d+ times in the last 10 s\. (Step 2 \(waitForSelector\)|It) has taken/,
    /busy|has begun/,
  ],
  [
    'by what an element is covered',
    [open('/covered'), click('#b')],
    /^The element that matches #b is covered by <div id="cookie">\. Step 2 \(click\) has taken/,
    /busy|No element|not visible/,
  ],
  [
    'that an element moves',
    [open('/moving'), click('#b')],
    /^The element that matches #b is still moving\. Step 2/,
    /busy|No element|covered/,
  ],
  [
    'which answer stalls half-way',
    [open('/stalls')],
    /^The answer to GET \S+\/stalls has begun, and has not ended for [1-9]\d* s\. Step 1/,
    /busy|has not answered/,
  ],
  [
    'which request of a click hangs',
    [open('/sends'), click('#b'), wait('#out')],
    /^The element that matches #out is not visible\. POST \S+\/hangs\/order\?card=4111 has not been answered for [1-9]\d* s\. Step 3/,
    /busy/,
  ],
  ...share<[string, Steps, RegExp, RegExp][]>(
    [],
    [
      [
        'that nothing matches on a page whose tasks and workers eat the processor',
        [open('/tasks'), wait('#never')],
        /^No element matches #never\. Step 2/,
        /busy/,
      ],
      [
        'that a page is so large that its search takes long',
        [open('/huge'), wait('text=never')],
        /^(No element matches text=never\. The search for it takes|The search for text=never takes long: the page is large\.)/,
        /busy/,
      ],
    ],
  ),
];

describe('what keeps a step is said', () => {
  it.each(ROWS)('%s', async (_, steps, said, not) => {
    const id = await start(steps, { baseUrl: site.url });
    const watch = await bench.client.watch(id);
    // A page whose script is busy may keep the step that made it so.
    await watch.until(
      ({ data }) => (data.type === 'step_start' && data.stepIndex! > 0) || steps.length === 1,
    );
    const sentences: string[] = [];
    await eventually(async () => {
      const sentence = (await waitingOf(id))?.for ?? '';
      sentences.push(sentence);
      expect(sentence).toMatch(said);
    }, SAID_WITHIN);
    expect(sentences.filter((sentence) => not.test(sentence))).toEqual([]);
    await end(id);
  });

  it('and so is what a page has that is nearly what was asked for, in the event, the error and the run', async () => {
    const error =
      'click #buy: timed out after 3000 ms, no element matches the selector; there is #buy-now, #buy-later';
    // A page that is too slow to be searched then is not judged.
    await eventually(async () => {
      const steps = [open('/shop'), { ...click('#buy'), timeoutMs: 3_000 }];
      const id = await start(steps, { baseUrl: site.url });
      const messages = await (await bench.client.watch(id)).ended();
      const failure = messages.find(isEvent('step_failure', 1));
      expect(failure?.data).toMatchObject({ payload: { error, nearest: ['#buy-now', '#buy-later'] } });
      expect((await bench.client.read(id)).steps.at(-1)).toMatchObject({ ok: false, error });
    });
  });
});
