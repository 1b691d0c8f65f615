import type { SpanStart } from './spans.ts';

const ROLES = { send: 'producer', process: 'consumer' } as const;

/**
 * How a message shows in a trace, by OpenTelemetry's conventions for messaging. `template`: its subject, with `{…}` for the
 * parts that differ.
 */
export const messageSpan = (
  operation: keyof typeof ROLES,
  template: string,
  parent: string | undefined,
): [name: string, start: SpanStart] => [
  `${operation} ${template}`,
  {
    parent,
    role: ROLES[operation],
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.template': template,
    },
  },
];
