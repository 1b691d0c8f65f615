/*
 * What watched runs wait for, for watchers that asked for hints. Owns one reading of each such run, once a second and
 * sooner after an event; one statement reads all that are due (I14). Hints have no place in the stream's order (I7).
 */
import type { Situation } from '#shared/adapters/database/run-views/situation.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { createSerialTask, type RunsAgain, type SerialTask } from '#shared/platform/async/serial-task.ts';
import type { ReadWaitingFor } from '../runs/waiting-for/read.ts';

type Tell = (waitingFor: WaitingFor) => void;

interface Following {
  /** Something has happened: it waits for something else by now. */
  soon(): void;
  leave(): void;
}

export interface RunHints {
  /** Tells at once what is known, and then each time that it is another. */
  follow(runId: string, tell: Tell): Following;
}

export interface HintsDeps {
  /** Those of these runs that there are, by one statement. */
  load(runIds: string[]): Promise<Situation[]>;
  read: ReadWaitingFor;
}

interface Hinted {
  listeners: Set<Tell>;
  /** When it is to be read, by `performance.now()`. */
  dueAt: number;
  /** What it waits for is being found out. */
  reading: boolean;
  last: WaitingFor | undefined;
}

const EVERY_MS = 1_000;
/** What happens at once is read once. */
const SOON_MS = 200;
/** What is due this soon is read with what is due now. */
const TOGETHER_MS = EVERY_MS / 2;

export function createRunHints(deps: HintsDeps): RunHints {
  const runs = new Map<string, Hinted>();
  /** There while a run is followed. */
  let looks: SerialTask | undefined;

  /** What fell due while it was being read. */
  const again = ({ dueAt }: Hinted) => looks?.runIn(Math.max(0, dueAt - performance.now()));

  const open = (runId: string): Hinted => {
    const hinted: Hinted = { listeners: new Set(), dueAt: 0, reading: false, last: undefined };
    runs.set(runId, hinted);
    looks ??= createSerialTask(
      () => look(deps, runs, again),
      () => EVERY_MS,
    );
    void looks.run();
    return hinted;
  };

  return {
    follow(runId, tell) {
      const hinted = runs.get(runId) ?? open(runId);
      hinted.listeners.add(tell);
      if (hinted.last) tell(hinted.last);
      return {
        soon() {
          hinted.dueAt = Math.min(hinted.dueAt, performance.now() + SOON_MS);
          looks?.runIn(SOON_MS);
        },
        leave() {
          hinted.listeners.delete(tell);
          if (hinted.listeners.size === 0 && runs.get(runId) === hinted) runs.delete(runId);
          if (runs.size > 0) return;
          void looks?.close();
          looks = undefined;
        },
      };
    },
  };
}

/** Reads those that are due, and does not wait for what their owners say. Returns when to look again. */
async function look(
  { load, read }: HintsDeps,
  runs: ReadonlyMap<string, Hinted>,
  onRead: (hinted: Hinted) => void,
): Promise<RunsAgain> {
  const now = performance.now();
  const due = [...runs].filter(([, { reading, dueAt }]) => !reading && dueAt <= now + TOGETHER_MS);
  for (const [, hinted] of due) hinted.dueAt = now + EVERY_MS;
  const situations = due.length > 0 ? await load(due.map(([runId]) => runId)) : [];
  for (const situation of situations) {
    const hinted = runs.get(situation.id);
    if (hinted)
      void tellOf(hinted, () => read(situation.id, { loaded: situation })).then(() => onRead(hinted));
  }
  return EVERY_MS;
}

/** What cannot be read now is read with the next look. */
async function tellOf(hinted: Hinted, read: () => ReturnType<ReadWaitingFor>): Promise<void> {
  hinted.reading = true;
  try {
    const { waitingFor } = await read();
    if (waitingFor && !isSame(waitingFor, hinted.last))
      for (const listener of hinted.listeners) listener(waitingFor);
    hinted.last = waitingFor;
  } catch {
    // Nothing was read: the next turn tries again.
  } finally {
    hinted.reading = false;
  }
}

/** Ignores the time and the sentence, whose durations grow: a reader of the facts can count on alone. */
const isSame = (one: WaitingFor, other: WaitingFor | undefined): boolean =>
  JSON.stringify({ ...one, at: '', for: '' }) === JSON.stringify({ ...other, at: '', for: '' });
