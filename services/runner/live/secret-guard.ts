/*
 * Whether the pages of a run may be seen that types what no picture may show: not while it is typed, nor while a field has
 * anything in it or a known value is shown. Owns how often something was typed. A look that gets no answer says no (I10).
 */
import type { Frame, Page } from 'playwright';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { FIELDS, type KnownTexts } from '../browser/evidence/cover.ts';
import { untraced } from '../browser/playwright-trace/untraced.ts';

/** How long a page may take to say what it shows, ms. */
const LOOK_MS = 1_000;

export class SecretGuard {
  readonly #known: KnownTexts;
  #typing = 0;
  /** How often typing has begun or ended. */
  #changes = 0;

  constructor(known: KnownTexts) {
    this.#known = known;
  }

  begins(): void {
    this.#typing += 1;
    this.#changes += 1;
  }

  ends(): void {
    this.#typing -= 1;
    this.#changes += 1;
  }

  /**
   * What is taken of a page, if there is nothing to cover on it before and after, and nothing was typed meanwhile. Rejects
   * if it cannot be taken.
   */
  async uncovered<Taken>(page: Page, take: () => Promise<Taken>): Promise<Taken | undefined> {
    const changes = this.#changes;
    if (!(await this.#isClear(page))) return undefined;
    const taken = await take();
    const isClear = await this.#isClear(page);
    return isClear && this.#changes === changes ? taken : undefined;
  }

  async #isClear(page: Page): Promise<boolean> {
    if (this.#typing > 0) return false;
    let isClear = false;
    const looking = untraced(page, async () => {
      const texts = await this.#known();
      const shown = await Promise.all(page.frames().map((frame) => showsAny(frame, texts)));
      isClear = !shown.includes(true);
    });
    await settlesWithin(
      looking.catch(() => undefined),
      LOOK_MS,
    );
    return isClear && this.#typing === 0;
  }
}

async function showsAny(frame: Frame, texts: ReadonlySet<string>): Promise<boolean> {
  if (await frame.locator(FIELDS).evaluateAll(someFilled)) return true;
  const counts = await Promise.all([...texts].map((text) => frame.getByText(text).count()));
  return counts.some((count) => count > 0);
}

/** What is used of the page's own types; this process has none of them. */
interface Field {
  localName: string;
  type?: string;
  value?: string;
  textContent: string | null;
  checkVisibility(): boolean;
}

/** Runs in the page. What is chosen is not typed. */
function someFilled(fields: unknown[]): boolean {
  const untyped = ['submit', 'button', 'reset', 'image', 'checkbox', 'radio', 'hidden', 'range', 'color'];
  return (fields as Field[]).some((field) => {
    if (field.localName === 'select' || !field.checkVisibility()) return false;
    if (field.localName === 'input') return !untyped.includes(field.type ?? '') && field.value !== '';
    return (field.localName === 'textarea' ? field.value : field.textContent?.trim()) !== '';
  });
}
