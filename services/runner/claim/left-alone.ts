/*
 * The runs that this runner has put back into the queue, for as long as it leaves them to the others: no browser started
 * for them here, and one may start elsewhere.
 */
export interface LeftAlone {
  note(runId: string): void;
  /** Those that are to be left alone now. */
  ids(): string[];
}

export function createLeftAlone(leaveMs: number): LeftAlone {
  const until = new Map<string, number>();
  return {
    note: (runId) => void until.set(runId, performance.now() + leaveMs),
    ids() {
      const now = performance.now();
      for (const [id, end] of until) if (end < now) until.delete(id);
      return [...until.keys()];
    },
  };
}
