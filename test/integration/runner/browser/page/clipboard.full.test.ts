/* I10: what one run copies, another run of its project does not paste. */
import { chromium } from 'playwright';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { flowSchema } from '#shared/domain/flow/flow.ts';
import { canPaste } from '../../../../../services/runner/browser/chromium/can-paste.ts';
import { eventually } from '../../../../support/eventually.ts';
import { everyNth, extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE, useGround } from '../fixture.ts';

const ground = useGround();
const over = { keepVideo: false, reason: 'test over' };
const press = (key: string) => ({ action: 'press', key });
const OPEN = { action: 'goto', url: '/form' };

/** Copies a text from its page, without a key of its own that pastes. */
const copying = (text: string, key = 'Control+C') => [
  OPEN,
  { action: 'fill', selector: '[name=name]', value: text },
  { action: 'click', selector: '[name=name]' },
  press('Control+A'),
  press(key),
];
/** Pastes into its page, and expects to find this. */
const pasting = (expected: string, key = 'Control+V') => [
  OPEN,
  { action: 'click', selector: '[name=note]' },
  press(key),
  { action: 'click', selector: '#send' },
  { action: 'waitForSelector', selector: `#query:text("note=${expected}&")` },
];

async function begin(bench: BrowserBench, steps: object[]) {
  const flow = bench.flow(steps);
  const run = await bench.open(flow);
  return {
    run,
    async perform() {
      for (const index of flow.steps.keys())
        expect(await run.perform(index, LIVE)).toMatchObject({ ok: true, index });
    },
  };
}

describe('I10: what one run copies, another of its project does not paste', () => {
  test.each(everyNth(4, ['Control+V', 'Shift+Insert', 'Control+Shift+KeyV', 'ControlOrMeta+v']))(
    'by %s, not while both run, nor when the first is over',
    async (key) => {
      await using bench = await createBench({}, ground());
      const copies = await begin(bench, copying('copied'));
      const pastes = await begin(bench, pasting('', key));
      await copies.perform();
      await pastes.perform();
      await Promise.all([copies.run.close(over), pastes.run.close(over)]);
      await bench.run(pasting('', key)).then((steps) => expect(steps.at(-1)).toMatchObject({ ok: true }));
    },
  );

  extendedOnly(() => {
    test('nor do two that both paste, one after the other', async () => {
      await using bench = await createBench({}, ground());
      for (const text of ['first', 'second'])
        expect((await bench.run([...copying(text), ...pasting(text)])).at(-1)).toMatchObject({ ok: true });
      expect((await bench.run(pasting(''))).at(-1)).toMatchObject({ ok: true });
      await eventually(() =>
        expect(bench.pool.describe().browsers.filter(({ contexts }) => contexts > 0)).toEqual([]),
      );
    });
  });

  test('nor does the script of its page', async () => {
    await using bench = await createBench({}, ground());
    const copies = await begin(bench, copying('copied'));
    await copies.perform();
    const reads = await begin(bench, [
      { action: 'goto', url: '/clipboard' },
      { action: 'click', selector: '#read' },
      { action: 'waitForSelector', selector: '#heard:text("false,,NotAllowedError")' },
    ]);
    expect(reads.run.browserPid).toBe(copies.run.browserPid);
    await reads.perform();
    await Promise.all([copies.run.close(over), reads.run.close(over)]);
  });
});

test('a run that pastes has a browser of its own, which ends with it, and others share one', async () => {
  await using bench = await createBench({}, ground());
  const shares = await begin(bench, copying('text'));
  const alone = await begin(bench, pasting(''));
  const alsoShares = await begin(bench, [OPEN]);
  expect(alsoShares.run.browserPid).toBe(shares.run.browserPid);
  expect(alone.run.browserPid).not.toBe(shares.run.browserPid);
  await alone.run.close(over);
  await eventually(() =>
    expect(bench.pool.describe().browsers).toMatchObject([{ pid: shares.run.browserPid, contexts: 2 }]),
  );
  await Promise.all([shares.run.close(over), alsoShares.run.close(over)]);
});

const NAMED = [
  'Insert',
  'Delete',
  'Backspace',
  'Enter',
  'Tab',
  'Space',
  'Home',
  'End',
  'ArrowLeft',
  'Escape',
];
const PLACES = ['Numpad0', 'NumpadDecimal', 'Digit6', 'KeyC', 'KeyV', 'KeyX', 'KeyY', 'F10', 'AltGraph'];
const PRINTED = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const HELD = ['', 'Shift+', 'Control+', 'ControlRight+', 'Alt+', 'Meta+', 'Control+Shift+', 'Control+Alt+'];
/** Tried whatever else is left out. */
const KNOWN = ['Control+V', 'Control+v', 'Shift+Insert', 'Control+Shift+KeyV'];

test('I10: no key pastes that is not known to', async () => {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.setContent(`<input value="text"><script>
    pasted = 0;
    addEventListener('paste', () => { pasted += 1; });</script>`);
  await page.press('input', 'Control+A');
  await page.press('input', 'Control+C');
  async function pastes(key: string): Promise<boolean> {
    await page.focus('input');
    await page.keyboard.press(key);
    return await page.evaluate('pasted !== (pasted = 0)');
  }
  const keys = HELD.flatMap((held) =>
    everyNth(12, [...PRINTED, ...NAMED, ...PLACES]).map((key) => held + key),
  );
  const pasted: string[] = [];
  for (const key of new Set([...KNOWN, ...keys])) if (await pastes(key)) pasted.push(key);
  expect(pasted).toEqual(expect.arrayContaining(KNOWN));
  const flowOf = (key: string) => flowSchema.parse({ baseUrl: 'http://a.test', steps: [press(key)] });
  expect(pasted.filter((key) => !canPaste(flowOf(key)))).toEqual([]);
});

test('a modifier that a step has left down counts for those after it', () => {
  const steps = [press('Control+Nonsense'), press('v')];
  expect(canPaste(flowSchema.parse({ baseUrl: 'http://a.test', steps }))).toBe(true);
  const typed = [press('v'), press('Insert'), press('Enter')];
  expect(canPaste(flowSchema.parse({ baseUrl: 'http://a.test', steps: typed }))).toBe(false);
  const onCancel = [press('Control+v')];
  expect(canPaste(flowSchema.parse({ baseUrl: 'http://a.test', steps: typed, onCancel }))).toBe(true);
});
