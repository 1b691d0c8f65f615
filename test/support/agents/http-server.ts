import { type ChildProcess, spawn } from 'node:child_process';
import { followChild } from '#shared/platform/process/child.ts';
import { CLONE } from '../stack/cli.ts';
import type { StackBench } from '../stack/use-stack.ts';
import { environmentOf, SERVER } from './agent.ts';

export interface HttpServer {
  /** URL with its path. */
  url: string;
  process: ChildProcess;
  /** What it has written. */
  lines: readonly string[];
  /** SIGTERM, if no others are given; resolves with its exit code. */
  stop(...signals: NodeJS.Signals[]): Promise<number | null>;
}

/** An MCP server for many callers, on a free port. */
export async function startHttpServer(bench: StackBench): Promise<HttpServer> {
  const spawned = spawn(process.execPath, [SERVER, '--http', '--port', '0'], {
    cwd: CLONE,
    env: { ...environmentOf(bench), GHOSTLY_URL: bench.client.url },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const child = followChild(spawned, { remembered: Number.POSITIVE_INFINITY });
  const { url } = await child.message((message: { url: string }) => message);
  return {
    url,
    process: spawned,
    lines: child.lines,
    async stop(...signals) {
      for (const signal of signals.length > 0 ? signals : (['SIGTERM'] as const)) spawned.kill(signal);
      return (await child.exited).code;
    },
  };
}
