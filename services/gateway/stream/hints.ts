/*
 * What the runs that are watched wait for, for those watchers that asked to be told. Owns one reading of each such run,
 * however many watch it: once a second, and sooner after an event. Runs of which nobody asks are not read (I14), and what
 * is told has no place in the stream's order (I7).
 */
import { createSerialTask, type SerialTask } from '#shared/async/serial-task.ts';
import type { WaitingFor } from '#shared/contract/waiting-for.ts';
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

interface Hinted {
  listeners: Set<Tell>;
  task: SerialTask;
  last: WaitingFor | undefined;
}

const EVERY_MS = 1_000;
/** What happens at once is read once. */
const SOON_MS = 200;

export function createRunHints(read: ReadWaitingFor): RunHints {
  const runs = new Map<string, Hinted>();

  const open = (runId: string): Hinted => {
    const look = async () => {
      const { waitingFor } = await read(runId);
      if (waitingFor && !isSame(waitingFor, hinted.last))
        for (const listener of hinted.listeners) listener(waitingFor);
      hinted.last = waitingFor;
      return EVERY_MS;
    };
    const hinted: Hinted = {
      listeners: new Set(),
      task: createSerialTask(look, () => EVERY_MS),
      last: undefined,
    };
    runs.set(runId, hinted);
    void hinted.task.run();
    return hinted;
  };

  return {
    follow(runId, tell) {
      const hinted = runs.get(runId) ?? open(runId);
      hinted.listeners.add(tell);
      if (hinted.last) tell(hinted.last);
      return {
        soon: () => hinted.task.runIn(SOON_MS),
        leave() {
          hinted.listeners.delete(tell);
          if (hinted.listeners.size > 0) return;
          void hinted.task.close();
          if (runs.get(runId) === hinted) runs.delete(runId);
        },
      };
    },
  };
}

const isSame = (one: WaitingFor, other: WaitingFor | undefined): boolean =>
  JSON.stringify({ ...one, at: '' }) === JSON.stringify({ ...other, at: '' });
