/* Waits for the end of a run and tells the caller of each event. Owns its connection to the run's stream. */
import type { AssistEntry } from '#shared/api/client/index.ts';
import { readEvent } from '#shared/domain/events/read-event.ts';
import { evolve } from '#shared/domain/story/evolve.ts';
import { acceptedAt, type History, type StepSpan } from '#shared/domain/story/history.ts';
import { type PastEvent, timed } from '#shared/domain/story/when.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { isNoted, textOfNoted } from '#shared/domain/words/say-noted.ts';
import { textOfSaid } from '#shared/domain/words/say-page.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import type { CallContext } from '../tool.ts';
import { quoted, shortLine } from '../words.ts';
import { type AskedUser, askUser, canAskUser } from './ask-user.ts';

/** The length of one wait, in seconds: most clients wait a minute for an answer. */
export const WAIT_S = { usual: 50, longest: 3_600 };
/** Longest text of an event in a notification, in UTF-16 units. */
const LONGEST_TEXT = 300;

/**
 * Resolves when the run has ended or asks what its user cannot be asked here, after `seconds`, or when the server stops. Each
 * event is a progress notification, by its number.
 *
 * @throws ApiError, GatewayError, or the reason of the call's signal
 */
export async function followWithProgress(id: string, seconds: number, context: CallContext): Promise<void> {
  const { client, signal, stopping, progress } = context;
  if (seconds === 0 || stopping.aborted) return;
  const over = AbortSignal.timeout(seconds * 1_000);
  const left = new AbortController();
  // While the user fills in a form, the time does not count.
  let hasForm = false;
  const leave = () => hasForm || left.abort();
  over.addEventListener('abort', leave, { once: true });
  const ends = AbortSignal.any([stopping, left.signal]);
  const tell = createMessages();
  let asked: AskedUser | undefined;
  try {
    for await (const entry of client.watch(id, { signal: AbortSignal.any([signal, ends]) })) {
      if (entry.kind !== 'assist') continue;
      progress(entry.seq, tell(entry));
      if (entry.type === 'resumed' && hasForm) {
        asked?.close();
        hasForm = false;
        if (over.aborted) return;
      }
      if (entry.type !== 'waiting_for_person') continue;
      const question = { step: entry.stepIndex, ...entry.payload };
      const wait = await personAwaited(client, id, question.step, signal);
      if (wait === undefined) continue;
      if (wait === 'resume' || !canAskUser(question, context)) return;
      asked = askUser(id, question, context);
      hasForm = true;
      asked.unanswered.addEventListener('abort', () => left.abort(), { once: true });
    }
  } catch (error) {
    if (signal.aborted || !ends.aborted) throw error;
  } finally {
    asked?.close();
  }
}

/** What the run waits for now, if that is a person at this step: a stream begins with what is past. */
async function personAwaited(
  client: CallContext['client'],
  id: string,
  step: number,
  signal: AbortSignal,
): Promise<'answer' | 'resume' | undefined> {
  const { code, step: waiting } = (await client.get(id, { hints: true, signal })).waitingFor ?? {};
  return (code === 'answer' || code === 'resume') && waiting === step ? code : undefined;
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
  if (isNoted(event)) {
    const text = brief(textOfNoted(event, englishWords));
    return event.type === 'waiting_for_person' ? `waits for a person: ${text}` : text;
  }
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
