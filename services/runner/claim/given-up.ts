/*
 * The claims that this runner has given up or could not begin, for as long as their leases may last: in the database such a claim can
 * look like one whose answer was lost, but a run that was given up is not taken up again (I2).
 */
export interface GivenUp {
  note(claim: { runId: string; epoch: number }): void;
  has(claim: { id: string; epoch: number }): boolean;
}

export function createGivenUp(rememberMs: number): GivenUp {
  const claims = new Map<string, { epoch: number; until: number }>();
  return {
    note({ runId, epoch }) {
      const now = performance.now();
      for (const [id, { until }] of claims) if (until < now) claims.delete(id);
      claims.set(runId, { epoch, until: now + rememberMs });
    },
    has: ({ id, epoch }) => epoch <= (claims.get(id)?.epoch ?? 0),
  };
}
