/** `ghostly` on the stack of this file, and the flows that its tests give it. */
import type { Client } from '../http/client.ts';
import { type CliOptions, runCli, startCli } from '../stack/cli.ts';
import { UNHURRIED, useStack } from '../stack/use-stack.ts';

/** For the top of a suite. */
export function useGhostly() {
  const bench = useStack({ env: UNHURRIED });
  const flow = (...steps: object[]) => JSON.stringify({ baseUrl: bench.site.url, steps });
  const passing = () =>
    flow(
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: 'hunter2-secret' },
    );
  const waiting = () =>
    flow(
      { action: 'goto', url: '/plain' },
      { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
    );
  const envFor = ({ url }: Client): CliOptions['env'] => ({
    GHOSTLY_URL: url,
    GHOSTLY_API_KEY: bench.stack.apiKey,
  });
  const start = (input: string) => bench.client.start(JSON.parse(input));

  return {
    bench,
    flow,
    passing,
    waiting,
    envFor,
    start,
    /** Runs it to its end. */
    ghostly: (args: string[], input?: string) =>
      runCli(args, { env: envFor(bench.client), ...(input && { input }) }),
    /** The id of a run that has passed. */
    async startPassed(): Promise<string> {
      const id = await start(passing());
      await (await bench.client.watch(id)).ended();
      return id;
    },
    /** Starts a run that waits, and someone who watches it, at the bench's gateway if no other is given. */
    async watchWaiting(args: string[] = [], client: Client = bench.client) {
      const id = await start(waiting());
      const watcher = startCli(['watch', id, ...args], { env: envFor(client) });
      await watcher.said(args.length > 0 ? '"stepIndex":1' : '✓ goto /plain');
      return { id, watcher };
    },
  };
}

export const idIn = (text: string): string => {
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(text)?.[0];
  if (id === undefined) throw new Error(`no id in: ${text}`);
  return id;
};
