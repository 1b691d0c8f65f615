const SECOND = 1_000;

/** Does one part of the test, and prints what it says of itself and how long it took. */
export type Step = <Told>(name: string, work: () => Promise<Told>) => Promise<Told>;

/** A step does not begin once `signal` is aborted. */
export function createReport(signal: AbortSignal): { step: Step; end(error?: unknown): 0 | 1 } {
  const begun = performance.now();
  const seconds = (since: number) => `${((performance.now() - since) / SECOND).toFixed(1)} s`;
  return {
    step: async (name, work) => {
      signal.throwIfAborted();
      const start = performance.now();
      console.log(`… ${name}`);
      try {
        const told = await work();
        console.log(`✓ ${name} (${seconds(start)})${told === undefined ? '' : `: ${told}`}`);
        return told;
      } catch (error) {
        console.log(`✗ ${name} (${seconds(start)})`);
        throw error;
      }
    },
    end: (error) => {
      if (error !== undefined) console.error(error);
      console.log(`\ntest:containers ${error === undefined ? 'passed' : 'FAILED'} in ${seconds(begun)}`);
      return error === undefined ? 0 : 1;
    },
  };
}
