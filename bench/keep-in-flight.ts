import { type BenchClient, SHORT } from './client.ts';

/** Starts runs, each when another has ended, so many at a time. `end` rejects if one did not pass. */
export function keepInFlight({ api, start }: Pick<BenchClient, 'api' | 'start'>, count: number) {
  let [passed, ending] = [0, false];
  const lane = async (): Promise<void> => {
    while (!ending) {
      const { id } = await start(SHORT);
      const { status } = (await api(`/v1/runs/${id}?wait=60`)) as { status: string };
      if (status !== 'pass') throw new Error(`a run is ${status}`);
      passed += 1;
    }
  };
  const running = Promise.all(Array.from({ length: count }, lane));
  running.catch(() => undefined); // reported by `end`
  return {
    get passed() {
      return passed;
    },
    async end(): Promise<void> {
      ending = true;
      await running;
    },
  };
}
