/*
 * Looks every so often at what no client sees: which pages are open at the site, which browsers there are and whose they
 * are, how busy the machine is, and whether this very process was kept from looking. Owns its timers.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestSite } from '../../support/sites/site.ts';
import { browsersOf } from './browsers.ts';
import type { BrowserEntry, History, SiteEntry } from './history.ts';

export interface Observers {
  /** Looks at the pages of this flow from now on. */
  follow(tag: string): void;
  close(): Promise<void>;
}

const SITE_EVERY_MS = 50;
const BROWSERS_EVERY_MS = 700;
const LOAD_EVERY_MS = 1_000;
/** This process, and so perhaps the whole machine, stood still for so long. */
const STALL_MS = 400;

export function startObservers(history: History, site: TestSite, home: string): Observers {
  const stop = new AbortController();
  const tags: string[] = [];
  const pages = new Map<string, SiteEntry>();
  const browsers = new Map<number, BrowserEntry>();

  const lookAtSite = () => {
    const now = Date.now();
    for (const tag of tags) {
      const open = site.open(`/never?${tag}`) + site.open(`/gate?${tag}`) > 0;
      const page = pages.get(tag);
      if (open && !page) pages.set(tag, { kind: 'site', tag, opened: now });
      else if (!open && page) {
        history.add({ ...page, closed: now });
        pages.delete(tag);
      }
    }
  };

  const lookAtBrowsers = async () => {
    const now = Date.now();
    for (const { pid, runnerPid } of await browsersOf(home)) {
      const known = browsers.get(pid);
      if (known) known.last = now;
      else browsers.set(pid, { kind: 'browser', pid, runnerPid, first: now, last: now });
    }
  };

  const every = async (ms: number, look: () => unknown) => {
    while (!stop.signal.aborted) {
      await look();
      await delay(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  let last = Date.now();
  const watchClock = () => {
    const now = Date.now();
    if (now - last > SITE_EVERY_MS + STALL_MS)
      history.add({ kind: 'fault', what: 'stall', from: last, to: now });
    last = now;
  };
  let load: number[] = [];
  let since = last;
  const lookAtLoad = async () => {
    load.push((await wantingCores()) / availableParallelism());
    const now = Date.now();
    if (now - since < LOAD_EVERY_MS) return;
    const perCore = load.reduce((sum, one) => sum + one, 0) / load.length;
    history.add({ kind: 'load', from: since, to: now, perCore });
    load = [];
    since = now;
  };
  const looking = [
    every(SITE_EVERY_MS, async () => {
      watchClock();
      lookAtSite();
      await lookAtLoad();
    }),
    every(BROWSERS_EVERY_MS, lookAtBrowsers),
  ];

  return {
    follow: (tag) => void tags.push(tag),
    async close() {
      stop.abort();
      await Promise.all(looking);
      lookAtSite();
      for (const page of pages.values()) history.add(page);
      for (const browser of browsers.values()) history.add(browser);
    },
  };
}

/** How many threads run or would, besides the one that asks. */
async function wantingCores(): Promise<number> {
  const text = await readFile('/proc/loadavg', 'utf8').catch(() => undefined);
  return text === undefined ? loadavg()[0]! : Number(/ (\d+)\//.exec(text)![1]) - 1;
}
