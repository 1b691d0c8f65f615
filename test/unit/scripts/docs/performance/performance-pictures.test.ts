import { describe, expect, it } from 'vitest';
import { type RunTimes, runPicture } from '../../../../../scripts/docs/performance/run-picture.ts';
import { slotsPicture } from '../../../../../scripts/docs/performance/slots-picture.ts';
import { THEMES } from '../../../../../scripts/docs/performance/theme.ts';

const measured = '2 cores';
const WIDTH = 880;
/** About as wide as a letter of the size of labels. */
const LETTER = 5;

/** A run that took so long at each hop, ms. */
function hopsWith(took: number[]): RunTimes['hops'] {
  const hop = (median: number) => ({ what: '', median });
  const [http, request, commit, open, abort, close] = [1, 0.3, 0.4, 40, 1, 7];
  const steps = [29, 20, 20];
  return {
    floors: [http, request, commit, open, abort, close, ...steps].map(hop),
    run: took.map(hop),
    cancel: [],
    others: [],
  };
}

const textsOf = (svg: string) =>
  [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, y, words]) => ({
    x: Number(x),
    y: Number(y),
    words: words!,
  }));

describe('the picture of a run', () => {
  it.each([
    ['slow', [26, 22, 51, 105, 117, 56, 47, 12], 488],
    ['fast, with hops of a few milliseconds', [4, 2, 3, 40, 30, 30, 9, 1.5], 132],
    ['that took no time at its ends', [0.1, 0.1, 0.1, 40, 40, 40, 0.1, 0.1], 500],
  ])('of one that was %s has its labels beside each other and within it', (_, took, raw) => {
    const svg = runPicture({ measured, hops: hopsWith(took), raw }, THEMES.light);
    const labels = textsOf(svg).filter(({ y }) => y === 208);
    expect(labels.map(({ words }) => words)).toEqual([
      ...['accept', 'claim', 'open', 'goto', 'fill', 'click', 'close', 'tell'],
    ]);
    for (const [index, { x, words }] of labels.entries()) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(WIDTH);
      const before = labels[index - 1];
      if (before) expect(x - before.x).toBeGreaterThan(((words.length + before.words.length) / 2) * LETTER);
    }
    expect(svg).not.toMatch(/NaN|undefined|width="-/);
  });

  it('says in words what it shows, and what is whose', () => {
    const svg = runPicture({ measured, hops: hopsWith([4, 2, 3, 40, 30, 30, 9, 2]), raw: 132 }, THEMES.dark);
    expect(svg).toContain('A run takes 120 ms');
    expect(svg).toContain('in raw Playwright 132 ms');
    // The steps, and the close of the context.
    expect(svg).toContain('Chromium 76 ms');
    expect(svg).toContain('NATS 0.6 ms');
  });
});

describe('the picture of the slots', () => {
  it('has each number of slots with its two values, and the one that is chosen', () => {
    const point = (slots: number, rate: number, p95: number) => ({
      slots,
      rate,
      rates: [rate * 0.9, rate * 1.1],
      p95,
      p95s: [p95],
    });
    const curve = [point(1, 1.2, 280), point(4, 2.04, 652), point(16, 3.1, 1_767)];
    const svg = slotsPicture({ measured, auto: 4, curve }, THEMES.light);
    const words = textsOf(svg).map((text) => text.words);
    for (const said of ['1.2', '2.0', '3.1', '280', '652', '1,767', 'auto', '16'])
      expect(words).toContain(said);
    expect(svg).toContain('4: 2.0 a second, 652 ms');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
