/*
 * The runs that this runner has requeued, for as long as it leaves them to others: no browser started for them here,
 * but one may start elsewhere.
 */
export interface LeftAlone {
  note(runId: string): void;
  /** The runs to leave alone now. */
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
