import { openSampleSite, type VisitedSite } from '../flow/sample-site.ts';

/** Opens the sample shop where flows visit it and it is not served yet, until it is disposed of. */
export async function openSampleSites(
  visits: readonly VisitedSite[],
): Promise<AsyncDisposable & { urls: string[] }> {
  const opened = new AsyncDisposableStack();
  const urls: string[] = [];
  try {
    for (const visit of visits) {
      const shop = await openSampleSite(visit);
      if (shop === undefined) continue;
      opened.use(shop);
      urls.push(shop.url);
    }
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
  return { urls, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
