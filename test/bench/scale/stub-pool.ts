/*
 * In place of Chromium, where all the rest is measured: a step takes no time, but one that waits for a selector lasts
 * until it is aborted.
 */
import { setImmediate } from 'node:timers/promises';
import type { Flow } from '#shared/flow/flow.ts';
import type { BrowserPool } from '../../../services/runner/browser/pool.ts';
import type { RunBrowser } from '../../../services/runner/browser/run-browser.ts';

export const createStubPool = (): BrowserPool => ({
  warm: async () => undefined,
  open: async ({ flow }) => stubBrowser(flow),
  hasEgress: true,
  describe: () => ({ browsers: [] }),
  close: async () => undefined,
});

function stubBrowser(flow: Flow): RunBrowser {
  const perform = async (steps: Flow['steps'], index: number, signal: AbortSignal) => {
    const { action } = steps[index]!;
    if (action === 'waitForSelector') await aborted(signal);
    await setImmediate();
    signal.throwIfAborted();
    return { index, action, ok: true };
  };
  return {
    perform: (index, signal) => perform(flow.steps, index, signal),
    cleanUp: (index, signal) => perform(flow.onCancel ?? [], index, signal),
    close: async () => ({}),
    kill: async () => ({ pid: undefined }),
    browserPid: undefined,
    notices: [],
    lost: false,
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
