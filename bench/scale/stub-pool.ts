/*
 * A stand-in for Chromium, where all the rest is measured: a step takes no time, but one that waits for a selector lasts
 * until it is aborted, or, if that is `#after-<ms>`, about so long.
 */
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { BrowserPool } from '../../services/runner/browser/pool.ts';
import type { RunBrowser } from '../../services/runner/browser/run-browser.ts';

export const createStubPool = (): BrowserPool => ({
  warm: async () => undefined,
  testLaunch: async () => undefined,
  open: async ({ flow }) => stubBrowser(flow),
  hasEgress: true,
  describe: () => ({ browsers: [], spares: 0 }),
  stopAhead: () => undefined,
  finishEvidence: async () => undefined,
  close: async () => undefined,
});

const SILENT: RunBrowser['said'] = {
  read: async () => ({ said: [], take: () => undefined }),
  isEmpty: true,
  answerDialogs: () => undefined,
  onHeard: () => undefined,
};

function stubBrowser(flow: Flow): RunBrowser {
  const perform = async (steps: Flow['steps'], index: number, signal: AbortSignal) => {
    const step = steps[index]!;
    const { action } = step;
    if (step.action === 'waitForSelector') await waitFor(step.selector, signal);
    await setImmediate();
    signal.throwIfAborted();
    return { index, action, ok: true };
  };
  return {
    perform: (index, signal) => perform(flow.steps, index, signal),
    cleanUp: (index, signal) => perform(flow.onCancel ?? [], index, signal),
    skipEvidence: () => undefined,
    lastLook: { look: async () => undefined, found: undefined },
    look: async () => ({ answers: true }),
    close: async () => ({}),
    over: () => undefined,
    kill: async () => ({ pid: undefined }),
    said: SILENT,
    browserPid: undefined,
    title: undefined,
    notices: [],
    results: undefined,
    found: () => [],
    notReopened: [],
    enter: async () => undefined,
    checkLogin: async () => undefined,
    capture: async () => ({ page: { storage: { cookies: [], origins: [] } }, notCarried: [] }),
    noVideo: undefined,
    lost: false,
    gone: new AbortController().signal,
  };
}

function waitFor(selector: string, signal: AbortSignal): Promise<unknown> {
  const ms = Number(/^#after-(\d+)$/.exec(selector)?.[1] ?? Number.NaN);
  if (Number.isNaN(ms)) return aborted(signal);
  // Runs that began together are soon apart.
  return delay(ms * (0.5 + Math.random()), undefined, { signal });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
