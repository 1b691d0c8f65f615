/*
 * What the main thread of a page spends its time with, which Chromium tells also while a script runs. Owns a session of
 * Chromium's own protocol, which ends with the page. Nothing waits for it to begin; until it has, nothing is known.
 */
import type { CDPSession, Page } from 'playwright';
import { untraced } from '../playwright-trace/untraced.ts';

/** Sums since the page began, s. */
export interface WorkDone {
  /** When, on the clock of the page. */
  at: number;
  /** Scripts of the page, not those with which it is looked at. */
  script: number;
  /** How many nodes its documents have. */
  nodes: number;
}

export interface MainThread {
  /** Undefined if it is not known; may never settle. Never rejects. */
  workDone(): Promise<WorkDone | undefined>;
  /** How many nodes there were by the last answer; 0 before. */
  readonly nodes: number;
}

export function watchMainThread(page: Page): MainThread {
  const opening = untraced(page, () => open(page)).catch(() => undefined); // the page is gone
  let nodes = 0;
  async function workDone(): Promise<WorkDone | undefined> {
    const session = await opening;
    const answer = await untraced(page, async () => session?.send('Performance.getMetrics')).catch(
      () => undefined,
    );
    const work = answer && workIn(answer.metrics);
    nodes = work?.nodes ?? nodes;
    return work;
  }
  // The page tells how large it is before anything is sought in it.
  page.on('domcontentloaded', () => void workDone());
  page.on('load', () => void workDone());
  return {
    workDone,
    get nodes() {
      return nodes;
    },
  };
}

async function open(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  return session;
}

function workIn(metrics: readonly { name: string; value: number }[]): WorkDone | undefined {
  const {
    Timestamp: at,
    ScriptDuration: script,
    Nodes: nodes = 0,
  } = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  return at === undefined || script === undefined ? undefined : { at, script, nodes };
}

/** Which part of the time between the two its scripts took, 0 to 1; undefined if no time has passed, or it is another page's. */
export function scriptShare(before: WorkDone, after: WorkDone): number | undefined {
  const time = after.at - before.at;
  const share = (after.script - before.script) / time;
  return time > 0 && share >= 0 ? Math.min(1, share) : undefined;
}
