/* The selectors that the error of a failed step names: nearly the one that matched nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../../support/eventually.ts';
import { everyNth } from '../../../../support/share.ts';
import { startWaitingSite, type WaitingSite } from '../../../../support/sites/waiting-site.ts';
import { type BrowserBench, createBench } from '../fixture.ts';

let bench: BrowserBench;
let site: WaitingSite;
beforeAll(async () => {
  bench = await createBench();
  site = await startWaitingSite();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const open = (url: string) => ({ action: 'goto', url });
/** What the page has is looked for once the time of the step is over. */
const click = (selector: string) => ({ action: 'click', selector, timeoutMs: 300 });

describe('the end of a step whose selector matches nothing', () => {
  it.concurrent.each(
    everyNth<[string, string[]]>(3, [
      ['#buy', ['#buy-now', '#buy-later']],
      ['#buy-nwo', ['#buy-now']],
      ['button#buy_now', ['button#buy-now']],
      ['[data-testid=latre]', ['[data-testid="later"]']],
      ['text="Buy nov"', ['text="Buy now"']],
      ['role=button[name="Buy it later"]', ['role=button[name="Buy later"]']],
      // Two links have that text, and nothing else has it nearly.
      ['a:has-text("Log uot")', []],
      ['#nothing-like-it', []],
      ['//button[3]/i', []],
    ]),
  )('names what the page has that is nearly %s', async (selector, nearest) => {
    // A page that is too slow to answer says nothing, and is asked again.
    await eventually(async () => {
      const [, ended] = await bench.run([open('/shop'), click(selector)], { baseUrl: site.url });
      expect(ended?.reason).toBe('element_missing');
      const { nearest: found, error } = ended!;
      expect([nearest, []]).toContainEqual(found ?? []);
      if (found) expect(error).toContain(`; there is ${nearest[0]}`);
    });
  });

  it('names what is nearly a selector with the values that it names', async () => {
    const named = { action: 'set', name: 'which', value: 'buy' };
    await eventually(async () => {
      const steps = [open('/shop'), named, click('#${results.which}-nwo')];
      const ended = (await bench.run(steps, { baseUrl: site.url })).at(-1);
      expect(ended).toMatchObject({ reason: 'element_missing', nearest: ['#buy-now'] });
    });
  });

  it('I10: names nothing that is nearly a secret', async () => {
    const typed = { action: 'fill', selector: '#field', value: 'HUNTER2SECRET' };
    const named = { action: 'set', name: 'typed', value: 'HUNTER2SECRET' };
    await eventually(async () => {
      const steps = [open('/secret'), typed, named, click('#${results.typed}')];
      const ended = (await bench.run(steps, { baseUrl: site.url })).at(-1);
      expect(ended?.reason).toBe('element_missing');
      expect(ended?.nearest).toBeUndefined();
    });
  });

  it('I10: names nothing that holds a secret', async () => {
    const steps = [
      open('/secret'),
      { action: 'fill', selector: '#field', value: 'hunter2secret' },
      click('#hunter2secreT'),
    ];
    await eventually(async () => {
      const ended = (await bench.run(steps, { baseUrl: site.url })).at(-1);
      expect(JSON.stringify(ended)).not.toMatch(/hunter2secret/);
      expect(ended?.nearest).toBeUndefined();
      expect(ended?.reason).toBe('element_missing');
    });
  });
});
