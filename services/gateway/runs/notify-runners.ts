import type { Bus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { messageSpan } from '#shared/platform/traces/message-span.ts';
import { beginSpan } from '#shared/platform/traces/spans.ts';

/** Says that a run waits. One that asks for labels is announced to the runners that have one of them. */
export function notifyRunners(
  bus: Pick<Bus, 'publish'>,
  labels: readonly string[],
  parent: string | undefined,
): void {
  const wanted = labels.length > 0 ? labels.map(subjects.runQueuedFor) : [subjects.runQueued];
  const span = beginSpan(...messageSpan('send', subjects.runQueued, parent));
  for (const subject of wanted) bus.publish(subject, {}, span);
  span.end();
}
