/* The pictures of performance show each measured value, and say in words what they show. */
import { describe, expect, it } from 'vitest';
import { type RunTimes, runPicture } from '../../../../../scripts/docs/performance/run-picture.ts';
import { slotsPicture } from '../../../../../scripts/docs/performance/slots-picture.ts';
import { THEMES } from '../../../../../scripts/docs/performance/theme.ts';

const measured = '2 cores';

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
