import type { SpanStart } from './spans.ts';

/** How a statement on a table shows in a trace, by OpenTelemetry's conventions for databases: its name, and the rest. */
export const statementSpan = (
  operation: 'INSERT' | 'UPDATE',
  table: string,
  parent: string | undefined,
): [name: string, start: SpanStart] => [
  `${operation} ${table}`,
  {
    parent,
    role: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.collection.name': table,
    },
  },
];
