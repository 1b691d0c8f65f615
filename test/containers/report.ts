const SECOND = 1_000;

/** Does one part of the test, and prints what it says of itself and how long it took. */
export type Step = <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;

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
        const result = await work();
        console.log(`✓ ${name} (${seconds(start)})${result === undefined ? '' : `: ${result}`}`);
        return result;
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
