import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import { StepFailure } from '../errors.ts';
import { messageOf } from '../failure.ts';
import { type Loading, load } from '../page/load.ts';
import type { OpenedContext } from '../page/open-context.ts';
import { createPageCapture, type PageCapture } from './capture.ts';
import type { PageState } from './page-state.ts';

/** How a run begins and leaves its page, where that is more than an empty one. */
export interface CarriedPage extends PageCapture {
  /** Opens the address of the page that the run begins with, if it does. @throws StepFailure */
  enter(signal: AbortSignal): Promise<void>;
  /** What the browser did not take of that page. */
  readonly notReopened: readonly NotCarried[];
}

/** A context that may have the storage of another one. */
export interface Reopened extends OpenedContext, Pick<CarriedPage, 'notReopened'> {}

/** How long a page may take to be opened again, ms: less than the machine gives a browser to start. */
const ENTER_MS = 15_000;

export const createCarriedPage = (
  { context, page, notReopened }: Reopened,
  navigation: Loading['navigation'],
  begins: PageState | undefined,
): CarriedPage => ({
  ...createPageCapture(
    context,
    page,
    begins?.storage.origins.map(({ origin }) => origin),
  ),
  notReopened,
  async enter(signal) {
    if (begins?.url === undefined) return;
    await load(begins.url, { page, navigation, signal, timeout: ENTER_MS }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new StepFailure(`the page that the run begins with could not be opened: ${codeOf(error)}`);
    });
  },
});

/** Its address may hold a secret, so that of the error only a code is said. */
const codeOf = (error: unknown): string =>
  /net::ERR_[A-Z_]+/.exec(messageOf(error))?.[0] ?? 'it did not come in time';
