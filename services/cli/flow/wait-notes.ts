/*
 * Says what a watched run waits for once it has waited for that a while. Owns the timer until then.
 */
import type { RunDetail, StreamEntry } from '#shared/api/client/index.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { say } from '#shared/domain/words/say.ts';

type WaitingFor = NonNullable<RunDetail['waitingFor']>;

/** Most waits are over sooner. */
const PATIENCE_MS = 2_000;

export interface WaitNotes {
  /** What it waits for now. */
  hint(waitingFor: WaitingFor): void;
  /** Every entry of the run's stream: what it waited for may be over. */
  follow(entry: StreamEntry): void;
  end(): void;
}

/** `note` is called whenever it waits for something else; not for each fact of it that changes. */
export function createWaitNotes(note: (text: string) => void): WaitNotes {
  let said: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let seq = 0;
  const end = () => clearTimeout(timer);
  return {
    hint(waitingFor) {
      end();
      const heardAt = performance.now();
      seq = waitingFor.seq ?? seq;
      const what = keyOf(waitingFor);
      if (what === said) return;
      const { at, since = at } = waitingFor;
      const waitedMs = at === undefined || since === undefined ? 0 : Date.parse(at) - Date.parse(since);
      timer = setTimeout(
        () => {
          said = what;
          note(textAfter(waitingFor, performance.now() - heardAt));
        },
        Math.max(0, PATIENCE_MS - waitedMs),
      );
    },
    follow(entry) {
      // A hint may come before entries that it knew of.
      if (entry.kind === 'end' || (entry.kind === 'assist' && entry.seq > seq)) end();
    },
    end,
  };
}

const keyOf = ({ code, step, phase, heldBy, unavailable, nextRung, for: sentence }: WaitingFor): string =>
  JSON.stringify([code ?? sentence, step, phase, heldBy, unavailable, nextRung]);

/** So many ms after it was heard, by the clock of the gateway. */
const textAfter = (waitingFor: WaitingFor, ms: number): string =>
  waitingFor.at === undefined
    ? waitingFor.for
    : textOfSentences(say(waitingFor, englishWords, Date.parse(waitingFor.at) + ms));
