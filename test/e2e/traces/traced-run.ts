import { isEvent } from '../../support/http/sse.ts';
import type { StackBench } from '../../support/stack/use-stack.ts';

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
/** Id of the client's span. */
export const CLIENT_SPAN = '00f067aa0ba902b7';

interface TracedStart {
  traceId?: string;
  sampled?: boolean;
}

/** A run that its client starts within a trace, and that waits within its second step; and its watcher. */
export async function startTracedRun(
  { client, site }: Pick<StackBench, 'client' | 'site'>,
  { traceId = TRACE_ID, sampled = true }: TracedStart = {},
) {
  const steps = [
    { action: 'goto', url: '/plain' },
    { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
  ];
  const { body } = await client.request<{ id: string }>('POST', '/v1/run', {
    body: { project: await client.project(), baseUrl: site.url, steps },
    headers: { traceparent: `00-${traceId}-${CLIENT_SPAN}-${sampled ? '01' : '00'}` },
  });
  const watch = await client.watch(body.id);
  await watch.until(isEvent('step_start', 1));
  return { id: body.id, watch };
}
