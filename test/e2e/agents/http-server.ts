import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readLines } from '#shared/platform/files/lines.ts';
import { CLONE } from '../../support/stack/cli.ts';
import type { StackBench } from '../../support/stack/use-stack.ts';
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
  const child = spawn(process.execPath, [SERVER, '--http', '--port', '0'], {
    cwd: CLONE,
    env: { ...environmentOf(bench), GHOSTLY_URL: bench.client.url },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  readLines(child.stderr!, (line) => lines.push(line));
  const exited = once(child, 'exit');
  const ready = once(child, 'message');
  const [message] = await Promise.race([
    ready,
    exited.then(() => Promise.reject(new Error(`the MCP server did not start:\n${lines.join('\n')}`))),
  ]);
  return {
    url: (message as { url: string }).url,
    process: child,
    lines,
    async stop(...signals) {
      for (const signal of signals.length > 0 ? signals : (['SIGTERM'] as const)) child.kill(signal);
      const [code] = await exited;
      return code as number | null;
    },
  };
}
