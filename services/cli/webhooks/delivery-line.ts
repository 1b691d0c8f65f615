import type { WebhookMessage } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { localTime } from '../view/local-time.ts';
import { plainText } from '../view/plain-text.ts';

/** The widest name of an event. */
const WIDTH = 'run.waiting_for_person'.length;

/** A message in one line: when, what, which run, and how that was. */
export function deliveryLine(message: WebhookMessage): string {
  const head = `${localTime(Date.parse(message.timestamp)).slice(11)}  ${message.type.padEnd(WIDTH)}`;
  if (message.type === 'ping') return head.trimEnd();
  const { id, status, outcome, durationMs, stopReason, error, cancel, attempt } = message.data.run;
  const { name, title } = message.data.run;
  const called = name ?? title;
  const why = cancel?.reason ?? error ?? (stopReason === 'cancelled' ? undefined : stopReason);
  const details = [
    outcome ?? status,
    durationMs > 0 && `in ${formatDuration(durationMs)}`,
    attempt !== undefined && `attempt ${attempt}`,
    called !== undefined && `"${plainText(called)}"`,
    why !== undefined && `(${plainText(why)})`,
  ];
  return `${head}  ${id}  ${details.filter(Boolean).join(' ')}`;
}
