import type { BrowserContext, Frame, Page } from 'playwright';
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';
import { StepFailure } from '../errors.ts';

const MOST_POPUPS = 5;
const ALLOWED = new Set(['http:', 'https:', 'about:', 'blob:', 'data:', 'chrome-error:']);

/**
 * Raises `gone` once, with a `StepFailure`, when a run's page crashed, was closed, left the web, or lost its browser.
 * `whyClosed` says who closed the page.
 */
export function watchPage(
  context: BrowserContext,
  page: Page,
  whyClosed: () => string | undefined,
): { gone: AbortSignal; lose(message: string): void } {
  const gone = new AbortController();
  const lose = (message: string, reason?: FailureReason) => {
    if (!gone.signal.aborted) gone.abort(new StepFailure(message, reason));
  };
  // A browser that ends closes its pages first; one turn later it is known which of the two it was.
  const closed = () => void setImmediate(() => lose(whyClosed() ?? 'the page was closed'));

  page.on('crash', () => lose('the page crashed', 'page_crashed'));
  page.on('close', closed);
  context.on('close', closed);

  const guard = (frame: Frame) => {
    const scheme = URL.parse(frame.url())?.protocol;
    if (frame.url() === '' || scheme === undefined || ALLOWED.has(scheme)) return;
    if (frame.page() === page) lose(`the page went to a ${scheme} address, which is refused`);
    else void frame.page().close().catch(ignoreClosed);
  };
  page.on('framenavigated', guard);
  context.on('page', (popup) => {
    if (popup === page) return;
    popup.on('framenavigated', guard);
    if (context.pages().length > 1 + MOST_POPUPS) void popup.close().catch(ignoreClosed);
  });
  return { gone: gone.signal, lose };
}

/** A popup may be gone already. */
const ignoreClosed = () => undefined;
