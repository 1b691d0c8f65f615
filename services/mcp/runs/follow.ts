/* Waits for the end of a run and tells the caller of each event. Owns its connection to the run's stream. */
import type { AssistEntry } from '#shared/api/client/index.ts';
import { readEvent } from '#shared/domain/events/read-event.ts';
import { acceptedAt, evolve, type History, type StepSpan } from '#shared/domain/story/history.ts';
import { type PastEvent, timed } from '#shared/domain/story/when.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfLastLook, textOfSaid } from '#shared/domain/words/say-page.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import type { CallContext } from '../tool.ts';
import { quoted, shortLine } from '../words.ts';

/** The length of one wait, in seconds: most clients wait a minute for an answer. */
export const WAIT_S = { usual: 50, longest: 3_600 };
/** Longest text of an event in a notification, in UTF-16 units. */
const LONGEST_TEXT = 300;

/**
 * Resolves when the run has ended, after `seconds`, or when the server is stopping. Each event is a progress notification;
 * its number is the progress.
 * @throws ApiError, GatewayError, or the reason of the call's signal
 */
export async function followWithProgress(id: string, seconds: number, context: CallContext): Promise<void> {
  const { client, signal, stopping, progress } = context;
  if (seconds === 0 || stopping.aborted) return;
  const over = AbortSignal.timeout(seconds * 1_000);
  const tell = createMessages();
  try {
    for await (const entry of client.watch(id, { signal: AbortSignal.any([signal, stopping, over]) }))
      if (entry.kind === 'assist') progress(entry.seq, tell(entry));
  } catch (error) {
    if (signal.aborted || !(over.aborted || stopping.aborted)) throw error;
  }
}

/** Each event of a run in one line, from its first one on. Steps count from 1. */
export function createMessages(): (entry: AssistEntry) => string {
  let history: History | undefined;
  return (entry) => {
    const event = timed(readEvent(entry));
    history = evolve(history ?? acceptedAt(event.time), [event]);
    return messageOf(event, history);
  };
}

function messageOf(event: PastEvent, { steps, end }: History): string {
  switch (event.type) {
    case 'transition':
      return event.payload.to;
    case 'step_start':
    case 'cleanup_start': {
      const begun = steps.at(-1)!;
      return `${nameOf(begun)} begins: ${brief(describeStep(begun.step))}`;
    }
    case 'step_success':
    case 'step_failure':
    case 'cleanup_success':
    case 'cleanup_failure': {
      const ended = steps.find((step) => step.ended?.seq === event.seq);
      return ended ? endOf(ended) : event.type;
    }
    case 'run_end':
      return end?.outcome ?? event.payload.status;
    case 'last_look':
      return brief(textOfLastLook(event.payload, englishWords));
    case 'page_said':
      return brief(event.payload.said.map((said) => textOfSaid(said, englishWords)).join(' '));
    case 'secret_used':
      return `the secret ${event.payload.name} is opened for ${brief(event.payload.origin)}`;
    case 'notice':
      return brief(event.payload.text);
    case 'cancel':
    case 'requeued':
      return event.type;
    case 'unknown':
      return event.name;
  }
}

function endOf(step: StepSpan): string {
  if (step.outcome === 'ok') return `${nameOf(step)} is done`;
  if (step.outcome === 'unbegun') return `${nameOf(step)} does not begin any more`;
  return `${nameOf(step)} ${step.outcome === 'failed' ? 'failed' : 'was interrupted'}: ${brief(step.error ?? 'no error was given')}`;
}

const brief = (text: string) => quoted(shortLine(text, LONGEST_TEXT));
const nameOf = ({ phase, index }: StepSpan) => `${phase === 'flow' ? 'step' : 'onCancel step'} ${index + 1}`;
