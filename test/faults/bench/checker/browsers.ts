import { type Facts, ms, type Rule, type RunFacts, violation } from './facts.ts';
import { slack, stalls, undisturbed } from './undisturbed.ts';

/** What the design gives an owner that wakes, ms. */
const WAKING_MS = 1_000;
const SLACK_MS = 250;
/** A browser notices by itself that its runner is gone, ms. */
const DEATH_MS = 1_000;

/** I8: when a run is over, so are its pages. */
export const pagesClose: Rule = (facts) => {
  const byTag = new Map([...facts.runs.values()].map((run) => [run.row.context_id, run]));
  return facts.sites.flatMap((site) => {
    const run = byTag.get(site.tag);
    if (!run || run.row.finished_at === null) return [];
    if (site.closed === undefined) return [violation('I8', 'a page is open for ever', run.row.id, site)];
    const by = goneBy(facts, run);
    const late = undisturbed(facts, by, site.closed, stalls);
    return late > slack(facts, SLACK_MS, by, site.closed)
      ? [violation('I8', `a page was open ${late} ms longer than it may`, run.row.id, site, { by }, run.row)]
      : [];
  });
};

/** One that its owner ended was closed before; else its owner had its lease and, when it wakes, a second. */
function goneBy({ faults, runnerPids }: Facts, { row }: RunFacts): number {
  const ended = ms(row.finished_at!);
  if (!row.stale) return ended;
  const pid = runnerPids.get(row.owner ?? '');
  const woke = faults
    .filter((fault) => fault.what === 'pause' && fault.pid === pid && fault.to > ended - WAKING_MS)
    .map(({ to }) => to + WAKING_MS);
  return Math.max(ended, ...woke);
}

/** I8: no browser outlives its runner. */
export const browsersDie: Rule = (facts) => {
  return facts.browsers.flatMap((browser) => {
    const died = facts.deaths.get(browser.runnerPid);
    if (died === undefined) return [];
    const lived = undisturbed(facts, died, browser.last, stalls);
    return lived > slack(facts, DEATH_MS, died, browser.last)
      ? [violation('I8', `a browser outlived its runner by ${lived} ms`, undefined, browser, { died })]
      : [];
  });
};
