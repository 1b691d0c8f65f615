import type { Page } from 'playwright';
import { untraced } from '../browser/playwright-trace/untraced.ts';

/** Left, top, width and height, CSS px. */
export interface ElementBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Between two looks, ms: an outline is a help, and costs the page a little. */
const EVERY_MS = 300;

/** Where the element of a step is, found again now and then. Owns one look at a time: a page that hangs gets no second. */
export class Outline {
  #isLooking = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #selector: string | undefined;

  /** The element of the step that begins; undefined: there is none, or it is not known yet. */
  of(selector: string | undefined): void {
    this.#selector = selector?.includes('${') ? undefined : selector;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** Calls `onFound` with where it is; undefined: nowhere. */
  look(page: Page, onFound: (box: ElementBox | undefined) => void): void {
    const selector = this.#selector;
    const now = performance.now();
    if (selector === undefined || this.#isLooking || now - this.#lookedAt < EVERY_MS) return;
    this.#isLooking = true;
    this.#lookedAt = now;
    void untraced(page, () => boxOf(page, selector))
      .catch(() => undefined)
      .then((box) => {
        this.#isLooking = false;
        if (selector === this.#selector) onFound(box);
      });
  }
}

async function boxOf(page: Page, selector: string): Promise<ElementBox | undefined> {
  const element = await page.$(selector);
  if (!element) return undefined;
  try {
    return (await element.boundingBox()) ?? undefined;
  } finally {
    void element.dispose().catch(() => undefined);
  }
}
