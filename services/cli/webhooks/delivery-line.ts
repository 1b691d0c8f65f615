import type { WebhookMessage } from '#shared/api/client/index.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { localTime } from '../view/local-time.ts';
import { plainText } from '../view/plain-text.ts';

/** The widest name of an event. */
const WIDTH = 'run.waiting_for_person'.length;

/** A message in one line: when, what, which run or schedule, and how that was. */
export function deliveryLine(message: WebhookMessage): string {
  const head = `${localTime(Date.parse(message.timestamp)).slice(11)}  ${message.type.padEnd(WIDTH)}`;
  if (message.type === 'ping') return head.trimEnd();
  const { subject, details } = saidIn(message);
  return `${head}  ${subject}  ${details.filter(Boolean).join(' ')}`;
}

interface SaidInMessage {
  /** The id of the run, or the name of the schedule. */
  subject: string;
  details: (string | false)[];
}

function saidIn(message: Exclude<WebhookMessage, { type: 'ping' }>): SaidInMessage {
  switch (message.type) {
    case 'schedule.paused': {
      const { name, why, reason, failures } = message.data.schedule;
      const known = failures === undefined ? why : `${failures} ${why}`;
      return { subject: plainText(name), details: [known, inBrackets(reason)] };
    }
    case 'schedule.skipped': {
      const { schedule, occurrence } = message.data;
      const { nominalAt, status, reason } = occurrence;
      const details = [localTime(Date.parse(nominalAt)), status, inBrackets(reason)];
      return { subject: plainText(schedule.name), details };
    }
    default:
      return saidOfRun(message.data.run);
  }
}

type RunOfMessage = Extract<WebhookMessage, { type: 'run.finished' }>['data']['run'];

function saidOfRun(run: RunOfMessage): SaidInMessage {
  const { id, status, outcome, durationMs, stopReason, error, cancel, attempt, name, title } = run;
  const called = name ?? title;
  const details = [
    outcome ?? status,
    durationMs > 0 && `in ${formatDuration(durationMs)}`,
    attempt !== undefined && `attempt ${attempt}`,
    called !== undefined && `"${plainText(called)}"`,
    inBrackets(cancel?.reason ?? error ?? (stopReason === 'cancelled' ? undefined : stopReason)),
  ];
  return { subject: id, details };
}

const inBrackets = (text: string | undefined): string | false => text !== undefined && `(${plainText(text)})`;
