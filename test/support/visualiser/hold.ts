import type { Page } from 'playwright';

export interface Held {
  /** The gateway has answered. */
  answered: Promise<void>;
  /** Lets the answer through; resolves once the page has dealt with it. */
  release(): Promise<void>;
}

/** The answer to the next request to such an address is held back. */
export async function holdNext(page: Page, url: string): Promise<Held> {
  const answered = Promise.withResolvers<void>();
  const wanted = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  await page.route(
    url,
    async (route) => {
      const response = await route.fetch();
      answered.resolve();
      await wanted.promise;
      await route.fulfill({ response });
      arrived.resolve();
    },
    { times: 1 },
  );
  return {
    answered: answered.promise,
    async release() {
      wanted.resolve();
      await arrived.promise;
      await twoFrames(page);
    },
  };
}

/** What has come to a page is drawn then. */
export const twoFrames = (page: Page): Promise<void> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
