import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATIENCE_MS } from '../../support/eventually.ts';
import type { FlowStep } from '../../support/http/client.ts';
import { share } from '../../support/share.ts';
import { startWaitingSite, type WaitingSite } from '../../support/sites/waiting-site.ts';
import { useCauses } from './bench.ts';

const bench = useCauses();
const { start, endOf } = bench;
let site: WaitingSite;
beforeAll(async () => {
  site = await startWaitingSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());

const open = (url: string, timeoutMs = 20_000) => ({ action: 'goto', url, timeoutMs });
const wait = (selector: string, timeoutMs: number) => ({ action: 'waitForSelector', selector, timeoutMs });

const click = { action: 'click', selector: '#b', timeoutMs: 20_000 };

const ROWS: [what: string, steps: FlowStep[], said: RegExp][] = [
  [
    'that the server answered the page with an error',
    [open('/broken'), wait('#cart', 2_500)],
    /^Step 2 found no element for #cart in 2\.5 s\. The server had answered the page with 500\.$/,
  ],
  [
    'that the server did not answer',
    [open('/hangs', 2_500)],
    /^Step 1 \(goto \/hangs\) had no answer from the server in 2\.5 s\. Look for why that server is slow/,
  ],
  [
    'that an answer stalled half-way',
    [open('/stalls', 5_000)],
    /^Step 1 \(goto \/stalls\): the answer of the server had begun, and had not ended in 5\.0 s\. Look for/,
  ],
  [
    'what covered the element',
    [open('/covered'), { ...click, timeoutMs: 4_000 }],
    /^Step 2 \(click #b\) failed after \d+\.\d s: <div id="cookie"> covered its element\.$/,
  ],
  [
    'that the element did not stop moving',
    [open('/moving'), { ...click, timeoutMs: 4_000 }],
    /^Step 2 \(click #b\) failed after \d+\.\d s: the element does not stop moving\. Look for what moves/,
  ],
  [
    'which request had not been answered',
    [open('/sends'), click, wait('#out', 5_000)],
    /^Step 3 \(waitForSelector #out\) failed after \d+\.\d s: the element is not visible\. POST \S+\/hangs\/order\?card=4111 had not been answered for \d+\.\d s\.$/,
  ],
  // Four gigabytes are eight seconds of a processor, of which a browser gets what others leave.
  ...share<[string, FlowStep[], RegExp][]>(
    [],
    [
      [
        'that the page had no memory left',
        [open('/eats'), { ...click, timeoutMs: 120_000 }, wait('#never', 120_000)],
        /^Step [23] \((click #b|waitForSelector #never)\) failed after [\d.ms ]+ s: the process of the page crashed\. Look for what takes much memory on the page\.$/,
      ],
    ],
  ),
];

describe('the end of a run says', () => {
  it.each(ROWS)(
    'I16: %s',
    async (_, steps, sentence) => {
      const id = await start(steps, { baseUrl: site.url });
      await (await bench.client.watch(id)).ended(5 * PATIENCE_MS);
      const { said, run } = await endOf(id);
      expect(said).toMatch(sentence);
      expect(run.outcome).toBe('fail');
    },
    6 * PATIENCE_MS,
  );
});
