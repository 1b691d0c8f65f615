import type { ReceivedSpan } from './otlp.ts';

/**
 * The spans of a trace, each below its parent: `<process> <name>`, in the order of their names, those alike below one parent
 * once. The first are those whose parent is not among them.
 */
export function treeOf(spans: readonly ReceivedSpan[], traceId: string): string[] {
  const own = spans.filter((span) => span.traceId === traceId);
  const known = new Set(own.map(({ spanId }) => spanId));
  const below = (spanIds: ReadonlySet<string>, indent: string): string[] => {
    const children = own
      .filter(({ parentSpanId }) => (indent === '' ? !known.has(parentSpanId) : spanIds.has(parentSpanId)))
      .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
    const alike = Map.groupBy(children, nameOf);
    return [...alike].flatMap(([name, those]) => [
      `${indent}${name}`,
      ...below(new Set(those.map(({ spanId }) => spanId)), `${indent}  `),
    ]);
  };
  return below(new Set(), '');
}

const nameOf = ({ name, resource }: ReceivedSpan): string =>
  `${String(resource['service.name']).replace('ghostly-', '')} ${name}`;
