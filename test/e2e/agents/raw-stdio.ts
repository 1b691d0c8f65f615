/* An MCP server over stdio, and a client of it that does as no client should. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readLines } from '#shared/platform/files/lines.ts';
import { environmentOf, SERVER } from '../../support/agents/agent.ts';
import { INITIALIZE } from '../../support/agents/raw-http.ts';
import { CLONE } from '../../support/stack/cli.ts';
import type { StackBench } from '../../support/stack/use-stack.ts';

export interface RawServer extends AsyncDisposable {
  process: ChildProcess;
  send(message: object): void;
  /** The next line that it writes. */
  answered(): Promise<string>;
  /** Resolves with its exit code. */
  exited: Promise<number | null>;
}

export function startRawServer(bench: StackBench, url = bench.client.url): RawServer {
  const child = spawn(process.execPath, [SERVER], {
    cwd: CLONE,
    env: { ...environmentOf(bench), GHOSTLY_URL: url, GHOSTLY_API_KEY: bench.stack.apiKey },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const waiting: ((line: string) => void)[] = [];
  readLines(child.stdout, (line) => waiting.shift()?.(line), 1_000_000);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return {
    process: child,
    send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    answered: () => new Promise((resolve) => void waiting.push(resolve)),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The server, once it has begun. */
export async function initialized(server: RawServer): Promise<RawServer> {
  const answer = server.answered();
  server.send(INITIALIZE);
  await answer;
  return server;
}
