import type { Client } from '../http/client.ts';
import { isEvent } from '../http/sse.ts';
import type { TestSite } from '../sites/site.ts';

/** A run that has one step behind it and waits within its second, with `/never?<tag>` open at the site; and its watcher. */
export async function startWaitingRun(client: Client, site: TestSite, tag: string, options: object = {}) {
  const id = await client.start({
    ...options,
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: `/held?${tag}` },
      { action: 'waitForSelector', selector: '#nope', timeoutMs: 120_000 },
    ],
  });
  const watch = await client.watch(id);
  await watch.until(isEvent('step_start', 1));
  return { id, watch };
}
