/** Refused: the queue of this name is full. */
export class TooManyWaitingError extends Error {
  constructor() {
    super('too many sign-ins of this user at once');
  }
}

/** Queues work per name: one name never waits for another. */
export type Turns = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

interface Line {
  working: number;
  waiting: (() => void)[];
}

/**
 * At most `atOnce` tasks of a name run at a time; up to `waiting` more are queued, in order (I13). Rejects with
 * {@link TooManyWaitingError}.
 */
export function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }): Turns {
  const lines = new Map<string, Line>();

  const begin = async (name: string): Promise<Line> => {
    const line = lines.get(name) ?? { working: 0, waiting: [] };
    lines.set(name, line);
    if (line.working < atOnce) line.working += 1;
    else if (line.waiting.length >= waiting) throw new TooManyWaitingError();
    // A finished task hands its slot to the next one.
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    return line;
  };

  const end = (name: string, line: Line) => {
    const next = line.waiting.shift();
    if (next) return next();
    line.working -= 1;
    if (line.working === 0) lines.delete(name);
  };

  return async (name, work) => {
    const line = await begin(name);
    try {
      return await work();
    } finally {
      end(name, line);
    }
  };
}
