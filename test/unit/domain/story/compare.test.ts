/* Two runs differ in what they did and in what their pages said, not in ids, numbers, times and sites. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Said } from '#shared/domain/events/said.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { compareRuns } from '#shared/domain/story/compare.ts';
import { pairs } from '#shared/domain/story/pairs.ts';
import { withoutVariable } from '#shared/domain/story/without-variable.ts';
import { englishWords as words } from '#shared/domain/words/en.ts';
import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { spanishWords } from '#shared/domain/words/es.ts';
import { spanishComparison } from '#shared/domain/words/es-comparison.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { sayAround, sayFirst, sayLonger } from '#shared/domain/words/say-comparison.ts';
import { isoAt, STARTED_AT, storedOf } from '../../../support/model/stored-run.ts';

interface Done {
  step: EventStep & { action: string };
  ms?: number;
  said?: Said[];
  end?: 'success' | 'failure' | 'open';
  more?: object;
}
type Rows = Parameters<typeof storedOf>[0];

const SITE = 'https://shop.test';

/** A run of these steps, one after the other. */
function runOf(done: Done[], { site = SITE, tail = [] as Rows } = {}) {
  let ms = 0;
  const rows = done.flatMap(({ step, ms: took = 100, said = [], end = 'success', more }, n): Rows => {
    const began = ms;
    ms += took;
    return [
      [began, 'step_start', { step }, n],
      ...(said.length > 0 ? ([[began, 'page_said', { said }, n]] as Rows) : []),
      ...(end === 'open' ? [] : ([[ms, `step_${end}`, { step, at: isoAt(ms), ...more }, n]] as Rows)),
    ];
  });
  return {
    startedAt: new Date(STARTED_AT).toISOString(),
    baseUrl: site,
    events: storedOf([...rows, ...tail]),
  };
}

const goto: Done = {
  step: { action: 'goto', url: '/' },
  said: [{ kind: 'navigation', url: `${SITE}/`, status: 200 }],
};
const click = (selector: string, more: Partial<Done> = {}): Done => ({
  step: { action: 'click', selector },
  ...more,
});
const failed = { end: 'failure', more: { error: 'no', reason: 'element_missing' } } as const;
const waysOf = (here: Done[], there: Done[]) =>
  compareRuns(runOf(here), runOf(there)).steps.map(({ ways }) => ways);
const english = { words, comparison: englishComparison };
const first = (here: Done[], there: Done[]) =>
  textOfSentences([sayFirst(compareRuns(runOf(here), runOf(there)), english)]);

describe('two runs beside each other', () => {
  it('differ in nothing if they are the same', () => {
    const step = fc.record({
      step: fc.record(
        { action: fc.constantFrom('goto', 'click', 'fill'), selector: fc.string(), url: fc.webUrl() },
        { requiredKeys: ['action'] },
      ),
      ms: fc.nat(60_000),
      end: fc.constantFrom('success', 'failure', 'open'),
      said: fc.array(
        fc.record({
          kind: fc.constantFrom('navigation', 'console', 'request', 'crash'),
          text: fc.string(),
          url: fc.webUrl(),
          status: fc.nat(599),
        }),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (done) => {
        const run = runOf(done as Done[]);
        const { steps, first: found, isOtherFlow, elsewhere } = compareRuns(run, run);
        expect(steps).toHaveLength(done.length);
        expect(steps.flatMap(({ ways, news }) => [...ways, ...news])).toEqual([]);
        expect([found, isOtherFlow, elsewhere]).toEqual([undefined, false, undefined]);
        for (const one of steps) expect(sayLonger(one, english)).toBe(one.here!.ended && 'as long');
      }),
    );
  });

  it('differ in the step that failed, and before it where the page said what it did not say then', () => {
    const broken: Done = { ...goto, said: [{ kind: 'navigation', url: `${SITE}/`, status: 500 }] };
    const boom = click('#menu', { said: [{ kind: 'error', text: 'TypeError: x is undefined' }] });
    expect(waysOf([broken, boom, click('#pay', failed)], [goto, click('#menu'), click('#pay')])).toEqual([
      ['said'],
      ['said'],
      ['outcome'],
    ]);
    expect(first([broken, boom, click('#pay', failed)], [goto, click('#menu'), click('#pay')])).toBe(
      'Step 3 (click #pay) is the first that went otherwise: it failed, and was done in the other run. Step 1 (goto /) differs before it: its page said “Document https://shop.test/: 500” (in the other run: 200).',
    );
    expect(first([broken, boom], [goto, click('#menu')])).toBe(
      'Step 1 (goto /) is the first that differs: its page said “Document https://shop.test/: 500” (in the other run: 200).',
    );
    expect(first([goto, boom], [goto, click('#menu')])).toBe(
      'Step 2 (click #menu) is the first that differs: its page said “Uncaught: TypeError: x is undefined”.',
    );
  });

  it('do not differ in a document of another address, which is news only: it may be an id', () => {
    const at = (path: string): Done => ({
      ...goto,
      said: [{ kind: 'navigation', url: `${SITE}${path}`, status: 200 }],
    });
    const [here, there] = [at('/d/mellow-otter'), at('/d/quiet-heron')];
    const { steps } = compareRuns(runOf([here, click('#a', failed)]), runOf([there, click('#a')]));
    expect(steps.map(({ ways, news }) => [ways, news.length])).toEqual([
      [[], 1],
      [['outcome'], 0],
    ]);
    expect(first([here, click('#a', failed)], [there, click('#a')])).toMatch(
      /^Step 2 \(click #a\) is the first that differs: it failed/,
    );
  });

  it('do not differ in ids, numbers and times, nor in when in the run the page said it', () => {
    const said = (text: string): Said[] => [{ kind: 'console', level: 'error', text, count: text.length }];
    const here = [
      goto,
      click('#a', { said: said('order 8f14e45f-ceea-467f-a83b-0b6cf2c2b3ad failed at 12:01:44') }),
    ];
    const there = [
      goto,
      click('#a'),
      click('#b', { said: said('order 9a0364b9-e99b-40a1-9f0d-3f6a2f0c1b7e failed at 3:07:01') }),
    ];
    expect(waysOf(here, there.slice(0, 2))[1]).toEqual(['said']);
    expect(compareRuns(runOf(here), runOf(there)).steps.flatMap(({ news }) => news)).toEqual([]);
  });

  it('do not differ in the site that they were on, and this is said of it', () => {
    const other = {
      ...goto,
      said: [{ kind: 'navigation', url: 'http://127.0.0.1:3000/', status: 200 } as const],
    };
    const [here, there] = [runOf([goto]), runOf([other], { site: 'http://127.0.0.1:3000' })];
    const comparison = compareRuns(here, there);
    expect(comparison.first).toBeUndefined();
    expect(textOfSentences(sayAround(comparison, here, there, english))).toBe(
      'The other run was on http://127.0.0.1:3000.',
    );
  });

  it('stand beside each other by what their steps do, also where steps came, went and changed', () => {
    const here = [goto, click('#cookies'), click('#a'), click('#new'), click('#c', failed)];
    const there = [goto, click('#a'), click('#old'), click('#c'), click('#d')];
    expect(waysOf(here, there)).toEqual([[], ['added'], [], ['does'], ['outcome'], ['unreached']]);
    const comparison = compareRuns(runOf(here), runOf(there));
    expect(comparison.isOtherFlow).toBe(true);
    expect(textOfSentences([sayFirst(comparison, english)])).toBe(
      'Step 2 (click #cookies) is the first that differs: the other run has no such step.',
    );
    expect(waysOf([goto, click('#b')], [goto, click('#a'), click('#b')])).toEqual([[], ['missing'], []]);
    expect(first([click('#new')], [click('#old')])).toBe(
      'Step 1 (click #new) is the first that differs: it does click #new instead of click #old.',
    );
  });

  it('are of another flow if one number of a step is another; an address may have another id in each run', () => {
    const total = (equals: string): Done => ({
      step: { action: 'expect', selector: '#total', is: 'text', equals },
    });
    const open = (n: number): Done => ({ step: { action: 'goto', url: `/order/${n}` } });
    const [here, there] = [runOf([open(7), total('25')]), runOf([open(8), click('#menu'), total('30')])];
    const comparison = compareRuns(here, there);
    expect(comparison.steps.map(({ ways }) => ways)).toEqual([[], ['missing'], ['does']]);
    expect(comparison.isOtherFlow).toBe(true);
    expect(first([total('25')], [total('30')])).toBe(
      'Step 1 (expect #total text = "25") is the first that differs: it does expect #total text = "25" instead of expect #total text = "30".',
    );
    const only = (visible: string): Done => ({
      step: { action: 'click', selector: '#a', when: { visible } },
    });
    expect(first([only('#1')], [only('#2')])).toBe(
      'Step 1 (click #a) is the first that differs: it is the same step with other settings.',
    );
    // A row that was added moves no other, though each is like the next one but for its number.
    const row = (n: number) => click(`#row-${n}`);
    expect(waysOf([row(1), row(2), row(3)], [row(2), row(3)])).toEqual([['added'], [], []]);
  });

  it('say which version each flow has, and else that its steps are others', () => {
    const flow = (version: number) => ({ flow: { name: 'order', version } });
    const [here, there] = [runOf([goto, click('#a')]), runOf([goto])];
    const around = (one: object, other: object) =>
      textOfSentences(
        sayAround(compareRuns(here, there), { ...here, ...one }, { ...there, ...other }, english),
      );
    expect(around(flow(4), flow(3))).toBe('The flow has changed: version 3 → 4.');
    expect(around(flow(4), flow(4))).toBe('The two have not done the same steps.');
    expect(around({}, {})).toBe('The two have not done the same steps.');
  });

  it('are slower only where it is much', () => {
    expect(waysOf([{ ...goto, ms: 4_000 }], [{ ...goto, ms: 400 }])).toEqual([['slower']]);
    expect(waysOf([{ ...goto, ms: 900 }], [{ ...goto, ms: 20 }])).toEqual([[]]);
    expect(waysOf([{ ...goto, ms: 9_000 }], [{ ...goto, ms: 7_000 }])).toEqual([[]]);
    expect(waysOf([{ ...goto, ms: 400 }], [{ ...goto, ms: 4_000 }])).toEqual([[]]);
    expect(first([{ ...goto, ms: 4_000 }], [{ ...goto, ms: 400 }])).toBe(
      'Step 1 (goto /) is the first that differs: it took 4.0 s instead of 400 ms.',
    );
    // One that is only slower does not hide what comes after it.
    expect(first([{ ...goto, ms: 4_000 }, click('#a', failed)], [goto, click('#a')])).toMatch(/^Step 2/);
    const [step] = compareRuns(runOf([{ ...goto, ms: 4_000 }]), runOf([{ ...goto, ms: 400 }])).steps;
    expect(sayLonger(step!, english)).toBe('3.6 s longer');
  });

  it('are neither longer nor shorter in a step that is under way', () => {
    const under = click('#a', { end: 'open' });
    for (const [one, other] of [
      [under, { ...click('#a'), ms: 5_000 }],
      [{ ...click('#a'), ms: 5_000 }, under],
    ] as const) {
      const [step] = compareRuns(runOf([one]), runOf([other])).steps;
      expect(sayLonger(step!, english)).toBeUndefined();
      expect(step!.ways).toEqual(['outcome']);
    }
  });

  it('differ in where they ended: at the last look of both, else at the last document of both', () => {
    const look = { url: `${SITE}/login?next=7`, title: 'Sign in' };
    const leave = (url: string) => runOf([goto], { tail: [[500, 'last_look', { ...look, url }]] });
    const here = runOf([goto], { tail: [[500, 'last_look', look]] });
    const said = (there: Parameters<typeof compareRuns>[0] & { baseUrl: string }) =>
      textOfSentences(sayAround(compareRuns(here, there), here, there, english));
    expect(said(leave(`${SITE}/basket#/pay`))).toBe(
      'It ended on https://shop.test/login?next=7 Sign in; the other run on https://shop.test/basket#/pay Sign in.',
    );
    // The script of the page may have gone there from the same document.
    expect(said(runOf([goto]))).toBe('');
    const pay = click('#a', { said: [{ kind: 'navigation', url: `${SITE}/thanks`, status: 200 }] });
    expect(compareRuns(here, runOf([goto, pay])).left).toEqual({
      here: look,
      there: { url: `${SITE}/thanks` },
    });
    expect(said(runOf([goto, pay]))).toContain(
      'Its last document was https://shop.test/; that of the other run, https://shop.test/thanks.',
    );
  });

  it('are said in every language, whatever differs', () => {
    const spanish = { words: spanishWords, comparison: spanishComparison };
    const slow = {
      ...click('#a', failed),
      ms: 5_000,
      said: [{ kind: 'crash' } as Said, { kind: 'popup', url: '/x' } as Said],
    };
    const comparison = compareRuns(runOf([slow]), runOf([click('#a')]));
    expect(textOfSentences([sayFirst(comparison, english)])).toBe(
      'Step 1 (click #a) is the first that differs: it failed, and was done in the other run; its page said “The page crashed.” and 1 more; it took 5.0 s instead of 100 ms.',
    );
    expect(textOfSentences([sayFirst(comparison, spanish)])).toBe(
      'El paso 1 (click #a) es el primero que difiere: falló, y en la otra ejecución se hizo; su página dijo «La página se bloqueó.» y 1 más; tardó 5.0 s en lugar de 100 ms.',
    );
    expect(textOfSentences([sayFirst(compareRuns(runOf([goto]), runOf([goto])), spanish)])).toBe(
      'Ningún paso difiere.',
    );
  });
});

describe('two lists in pairs', () => {
  it('have each item once, in order, and the same beside the same', () => {
    const keysOf = (letter: string) => ({ exact: letter, loose: letter });
    const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (here, there) => {
        const found = pairs(here, there, keysOf);
        expect(found.flatMap(({ here: one }) => one ?? [])).toEqual(here);
        expect(found.flatMap(({ there: one }) => one ?? [])).toEqual(there);
        for (const one of found) if (one.isSame) expect(one.here).toBe(one.there);
        const same = found.filter(({ isSame }) => isSame).length;
        expect(pairs(there, here, keysOf).filter(({ isSame }) => isSame)).toHaveLength(same);
      }),
    );
  });
});

describe('a text without what varies', () => {
  it.each([
    ['Order 17 failed after 1,203.5 ms', 'Order 18 failed after 9.1 ms'],
    ['at 2026-11-30T20:01:02.123Z', 'at 2025-01-02T03:04:05.6Z'],
    ['GET /cart/8f14e45fceea167a', 'GET /cart/9a0364b9e99bb480'],
    ['trace deadbe3f', 'trace 0c1b7e44'],
    ['GET /d/k3JqZw', 'GET /d/Xy7TTb2p'],
    ['token eyJhbGciOiJIUzI1NiJ9xx', 'token eyJhbGciOiJIUzI1NiK9yy'],
  ])('is the same: %s', (one, other) => {
    expect(withoutVariable(one, '')).toBe(withoutVariable(other, ''));
  });

  it('keeps what says something', () => {
    expect(withoutVariable('TypeError: cart.total is not a function', '')).toBe(
      'TypeError: cart.total is not a function',
    );
    expect(withoutVariable('https://sso.test/login', 'https://shop.test')).toBe('https://sso.test/login');
  });
});
