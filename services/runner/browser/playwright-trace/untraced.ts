import type { Page } from 'playwright';

/** Playwright's own way to keep calls out of traces, which its types leave out. */
interface Wraps {
  _wrapApiCall?<Result>(call: () => Promise<Result>, how: { internal: boolean }): Promise<Result>;
}

/**
 * A call that the runner makes on its own, and no step of the flow: the trace has neither it nor the pictures of the page that
 * each call brings.
 */
export function untraced<Result>(page: Page, call: () => Promise<Result>): Promise<Result> {
  const wraps: Page & Wraps = page;
  return wraps._wrapApiCall ? wraps._wrapApiCall(call, { internal: true }) : call();
}
