/* However far one scrolls and whatever comes meanwhile, the list of runs lacks none in between. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '#shared/api/client/index.ts';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { createRunPages } from '../../../../../services/visualiser/app/runs/run-pages.ts';

const START = Date.parse('2026-11-25T12:00:00.000Z');
const run = (n: number): RunSummary => ({
  id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  status: 'pass',
  state: 'pass',
  startedAt: new Date(START + n * 1_000).toISOString(),
  durationMs: 1,
  baseUrl: 'http://127.0.0.1:1',
  project: '5f2b8c1e-7d94-4a36-b0f8-2c9e61d7a350',
  steps: [],
});
const numberOf = ({ id }: RunSummary) => Number(id.slice(-12));
const { signal } = new AbortController();

/** How many runs there are, numbered from 1; what is awaited before a page is answered. */
let count = 0;
let beforeAnswer: (before: number) => Promise<void>;
beforeEach(() => {
  count = 0;
  beforeAnswer = async () => {};
});

async function answer(...[input]: Parameters<typeof fetch>): Promise<Response> {
  const { searchParams } = new URL(String(input));
  const [limit, before] = [
    Number(searchParams.get('limit')),
    Number(searchParams.get('before') ?? count + 1),
  ];
  await beforeAnswer(before);
  const last = Math.max(1, before - limit);
  const page = Array.from({ length: before - last }, (_, n) => run(before - 1 - n));
  const headers = last > 1 ? { link: `</v1/runs?limit=${limit}&before=${last}>; rel="next"` } : undefined;
  return Response.json(page, headers && { headers });
}

const open = () => createRunPages(createClient({ url: 'http://gateway.test', fetch: answer }), () => ({}));
/** The same list with the oldest first. */
async function answerOldest(...[input]: Parameters<typeof fetch>): Promise<Response> {
  const { searchParams } = new URL(String(input));
  const [limit, before] = [Number(searchParams.get('limit')), Number(searchParams.get('before') ?? 0)];
  const last = Math.min(count, before + limit);
  const page = Array.from({ length: last - before }, (_, n) => ({
    ...run(before + 1 + n),
    status: 'running' as const,
  }));
  const headers = last < count ? { link: `</v1/runs?limit=${limit}&before=${last}>; rel="next"` } : undefined;
  return Response.json(page, headers && { headers });
}
const openOldest = () =>
  createRunPages(createClient({ url: 'http://gateway.test', fetch: answerOldest }), () => ({
    order: 'longest',
  }));
const shown = (pages: ReturnType<typeof open>) => pages.runs.value.map(numberOf);
const down = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

describe('the pages of the list', () => {
  it('are read as they are scrolled to, and new runs come in before them', async () => {
    count = 650;
    const pages = open();
    await pages.refresh(signal, []);
    expect([shown(pages), pages.hasMore.value]).toEqual([down(650, 551), true]);
    await pages.more(signal);
    count = 700;
    await pages.refresh(signal, []);
    await pages.more(signal);
    expect([shown(pages), pages.hasMore.value]).toEqual([down(700, 1), false]);
  });

  it('go on after the end of what was read, where the oldest come first', async () => {
    const up = (to: number) => down(to, 1).reverse();
    count = 40;
    const pages = openOldest();
    for (count of [40, 130, 650]) {
      await pages.refresh(signal, []);
      await pages.refresh(signal, []);
      while (pages.hasMore.value) await pages.more(signal);
      expect([shown(pages), pages.hasMore.value]).toEqual([up(count), false]);
    }
  });

  it('lose what has fallen out of the last so many hours', async () => {
    count = 40;
    let since = 11;
    const sent: (string | null)[] = [];
    const pages = createRunPages(
      createClient({
        url: 'http://gateway.test',
        fetch: (...args) => {
          sent.push(new URL(String(args[0])).searchParams.get('since'));
          return answer(...args);
        },
      }),
      () => ({ since: run(since).startedAt }),
    );
    await pages.refresh(signal, []);
    expect(shown(pages)).toEqual(down(40, 11));
    since = 21;
    await pages.refresh(signal, []);
    expect([shown(pages), sent.at(-1)]).toEqual([down(40, 21), run(21).startedAt]);
  });

  it('do not lose the one that comes while many new runs are followed', async () => {
    count = 1_000;
    const pages = open();
    await pages.refresh(signal, []);
    count = 1_500;
    beforeAnswer = async (before) => {
      if (before !== 1_401) return;
      beforeAnswer = async () => {};
      await pages.more(signal);
    };
    await pages.refresh(signal, []);
    expect(shown(pages)).toEqual(down(1_500, 401));
  });

  it('begin anew where so many runs are new that those between would be missing', async () => {
    count = 200;
    const pages = open();
    await pages.refresh(signal, []);
    count = 10_000;
    await pages.refresh(signal, []);
    while (pages.hasMore.value) await pages.more(signal);
    expect(shown(pages)).toEqual(down(10_000, 1));
  });
});
