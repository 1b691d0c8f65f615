import type { BrowserContext, Page } from 'playwright';

/** The pages of a run by number: 0 is its own, and each popup has the next one as long as it is open. Owns its listeners. */
export class SeenPages {
  readonly #context: BrowserContext;
  readonly #onChange: () => void;
  readonly #open = new Map<number, Page>();
  #next = 0;

  constructor(context: BrowserContext, page: Page, onChange: () => void) {
    this.#context = context;
    this.#onChange = onChange;
    for (const one of new Set([page, ...context.pages()])) this.#number(one);
    context.on('page', this.#add);
  }

  get numbers(): number[] {
    return [...this.#open.keys()];
  }

  at(number: number): Page | undefined {
    return this.#open.get(number);
  }

  numberOf(page: Page): number {
    return [...this.#open].find(([, one]) => one === page)?.[0] ?? 0;
  }

  close(): void {
    this.#context.off('page', this.#add);
    this.#open.clear();
  }

  readonly #add = (page: Page): void => {
    this.#number(page);
    this.#onChange();
  };

  #number(page: Page): void {
    const number = this.#next++;
    this.#open.set(number, page);
    page.once('close', () => {
      if (this.#open.delete(number)) this.#onChange();
    });
  }
}
