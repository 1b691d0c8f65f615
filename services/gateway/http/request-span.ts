import { beginRequest, noSpan, type SpanEnd, type TraceSpan } from '#shared/platform/traces/spans.ts';
import { readTraceparent, traceparentOf } from '#shared/platform/traces/traceparent.ts';

const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The span of a request: of one that its client traces (header `traceparent`), and of one that may change something. The
 * many that only look, such as those of pages that are kept up to date, begin no traces. `ageMs`: how long ago it came in.
 */
export function spanOfRequest(method: string, header: string, ageMs: number): TraceSpan {
  const given = readTraceparent(header);
  const parent = given && traceparentOf(given);
  if (parent === undefined && !CHANGES.has(method)) return noSpan(undefined);
  return beginRequest(method, { parent, role: 'server', at: Date.now() - ageMs });
}

/** Same attributes as the metrics; no path, which is client input. */
export function endOfRequest(span: TraceSpan, attributes: NonNullable<SpanEnd['attributes']>): void {
  const {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
  } = attributes;
  span.end({
    name: route === '' ? String(method) : `${method} ${route}`,
    attributes,
    error: Number(status) >= 500 ? String(status) : undefined,
  });
}
