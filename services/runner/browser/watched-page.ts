/* All that listens to the page of a run. Owns no listener itself: they go with the context. */
import type { Page } from 'playwright';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { SharedBrowser } from './chromium/shared-browser.ts';
import { gateOf } from './chromium/start-browser.ts';
import type { Keep, OpenRequest } from './open-request.ts';
import { Downloads } from './page/downloads.ts';
import { createLookAtPage, type LookAtPageOptions } from './page/look-at-page.ts';
import { watchMainThread } from './page/main-thread.ts';
import { watchNavigation } from './page/navigation.ts';
import type { OpenedContext } from './page/open-context.ts';
import { type Popups, watchPopups } from './page/popups.ts';
import { type PendingRequests, watchRequests } from './pending-requests.ts';
import type { StepValues } from './results/step-values.ts';
import type { RunBrowser } from './run-browser.ts';
import { hearPage } from './said/page-said.ts';
import { mayBeSearched } from './vault/unread.ts';

export const watchedOf = (page: Page, { browser }: SharedBrowser, { now }: OpenRequest) => ({
  page,
  navigation: watchNavigation(page, gateOf(browser)),
  requests: watchRequests(page, now),
});

type Watched = Pick<LookAtPageOptions, 'page' | 'navigation' | 'requests'>;

/** What the page is like while a step waits on it. */
export function looksAt(
  watched: Watched & { popups: Pick<Popups, 'taken'> },
  { flow, now, vault }: OpenRequest,
  values: Pick<StepValues, 'selectorNow'>,
): RunBrowser['look'] {
  const { redact } = vault.secrets;
  const lookAt = (one: Watched) =>
    createLookAtPage({ ...one, mainThread: watchMainThread(one.page), redact, now });
  const stepsOf = { flow: flow.steps, onCancel: flow.onCancel ?? [] };
  const looks = new WeakMap([[watched.page, lookAt(watched)]]);
  if (goesOnPopups(flow))
    watched.page.context().on('page', (page) => looks.set(page, lookAt({ page, ...watchedOfPopup(page) })));
  return async (phase, index) => {
    const step = stepsOf[phase][index];
    const page = step?.page === 'popup' ? watched.popups.taken : watched.page;
    const look = page && looks.get(page);
    if (!look) return { answers: true };
    const selector = step && values.selectorNow(step);
    const sought = selector !== undefined && mayBeSearched(selector, vault.secrets) ? selector : undefined;
    return look(`${phase} ${index} ${sought ?? ''}`, sought);
  };
}

const goesOnPopups = ({ steps, onCancel = [] }: Flow): boolean =>
  [...steps, ...onCancel].some(({ page }) => page === 'popup');

/** What it asks for is not watched: of a run's own page alone it is said what hangs. */
const watchedOfPopup = (page: Page): Omit<Watched, 'page'> => ({
  navigation: watchNavigation(page, undefined),
  requests: { hanging: () => undefined },
});

/** What the pages of a run say, and what becomes of what they open. */
export function hearAll(
  { flow, vault }: OpenRequest,
  { context, page, mostDownloadBytes }: OpenedContext & { mostDownloadBytes: number },
  requests: PendingRequests,
  keep: Keep,
) {
  const downloads = new Downloads({
    context,
    page,
    areExpected: expectsDownloads(flow),
    mostBytes: mostDownloadBytes,
    keep: (name, file) => keep(name, 'bin', { file }),
  });
  const said = hearPage(context, page, requests, vault.secrets, (...offered) => downloads.take(...offered));
  const { answerDialogs } = said;
  return { said, downloads, answerDialogs, popups: watchPopups(context, page) };
}

/** Whether any step keeps a file that its page offers. */
export const expectsDownloads = ({ steps, onCancel = [] }: Flow): boolean =>
  [...steps, ...onCancel].some(({ download }) => download !== undefined);
