/* Waits for the end of a run and tells the caller of each event. Owns its connection to the run's stream. */
import type { AssistEntry } from '#shared/client/index.ts';
import { neverBegan } from '#shared/events/never-began.ts';
import { describeStep } from '#shared/events/step-text.ts';
import type { CallContext } from '../tool.ts';
import { quoted, shorten } from '../words.ts';

/** Of one wait, in seconds: what clients wait for an answer by themselves is mostly a minute. */
export const WAIT_S = { usual: 50, longest: 3_600 };
/** Longest text of an event in a notification, in UTF-16 units. */
const LONGEST_TEXT = 300;

/**
 * Resolves when the run has ended, after `seconds`, or when the server is stopping. Each event is a progress notification;
 * its number is the progress.
 * @throws ApiError, GatewayError, or the reason of the call's signal
 */
export async function followRun(id: string, seconds: number, context: CallContext): Promise<void> {
  const { client, signal, stopping, progress } = context;
  if (seconds === 0 || stopping.aborted) return;
  const over = AbortSignal.timeout(seconds * 1_000);
  try {
    for await (const entry of client.watch(id, { signal: AbortSignal.any([signal, stopping, over]) }))
      if (entry.kind === 'assist') progress(entry.seq, messageOf(entry));
  } catch (error) {
    if (signal.aborted || !(over.aborted || stopping.aborted)) throw error;
  }
}

/** An event in one line. Steps count from 1. */
function messageOf(event: AssistEntry): string {
  const step = 'stepIndex' in event && event.stepIndex !== undefined ? ` ${event.stepIndex + 1}` : '';
  switch (event.type) {
    case 'transition':
      return event.payload.to;
    case 'step_start':
    case 'cleanup_start':
      return `${nameOf(event.type)}${step} begins: ${brief(describeStep(event.payload.step))}`;
    case 'step_success':
    case 'cleanup_success':
      return `${nameOf(event.type)}${step} is done`;
    case 'step_failure':
    case 'cleanup_failure':
      return neverBegan(event)
        ? `step${step} does not begin any more`
        : `${nameOf(event.type)}${step} failed: ${brief(event.payload.error ?? 'interrupted')}`;
    case 'run_end':
      return event.payload.cancelled ? 'cancelled' : event.payload.status;
    case 'notice':
      return brief(event.payload.text);
    default:
      return event.type;
  }
}

const brief = (text: string) => quoted(shorten(text, LONGEST_TEXT));
const nameOf = (type: string) => (type.startsWith('cleanup') ? 'onCancel step' : 'step');
