import { wallNow } from './support/median.ts';

export interface Seen {
  at: number;
  entry: { kind: string; type?: string; seq?: number; status?: string; payload?: { to?: string } };
}

/** A watcher of one run over SSE that notes when each entry arrived. */
export function watch(url: string, headers: Record<string, string>) {
  const seen: Seen[] = [];
  const waiting: { test(seen: Seen): boolean; resolve(seen: Seen): void }[] = [];
  const abort = new AbortController();

  const take = (block: string) => {
    const data = /^data: (\{.*)$/m.exec(block)?.[1];
    if (data === undefined) return;
    const news = { at: wallNow(), entry: JSON.parse(data) };
    seen.push(news);
    for (const waiter of waiting.filter(({ test }) => test(news))) waiter.resolve(news);
  };
  const ended = (async () => {
    const response = await fetch(url, { headers, signal: abort.signal });
    let buffer = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (buffer + text).split('\n\n');
      buffer = blocks.pop()!;
      for (const block of blocks) take(block);
    }
  })();
  ended.catch(() => undefined); // an awaiter of an entry notices

  return {
    seen,
    ended,
    close: () => abort.abort(),
    until: (test: (seen: Seen) => boolean): Promise<Seen> => {
      const known = seen.find(test);
      return known ? Promise.resolve(known) : new Promise((resolve) => waiting.push({ test, resolve }));
    },
  };
}

export const entered = (state: string) => (seen: Seen) => seen.entry.payload?.to === state;
export const runEnd = (seen: Seen) => seen.entry.type === 'run_end';
