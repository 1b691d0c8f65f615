import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createClient } from '#shared/client/index.ts';
import { createAccess, isOutOfReach } from './access.ts';
import type { Calls } from './calls.ts';
import { createMcpServer } from './server.ts';

export interface StdioOptions {
  url: string;
  apiKey: string | undefined;
  calls: Calls;
  say(line: string): void;
  /** Aborted when the process is asked to stop. */
  stopping: AbortSignal;
}

/**
 * Serves one caller until it closes stdin, or the process is asked to stop. A gateway that is out of reach is told by the
 * tools. @throws ApiError at once if the key is not valid, GatewayError of a bad URL or key
 */
export async function serveStdio({ url, apiKey, calls, say, stopping }: StdioOptions): Promise<void> {
  const client = createClient({ url, apiKey });
  const access = createAccess(client);
  await access.ask(stopping).catch((error: unknown) => {
    if (!isOutOfReach(error)) throw error;
    say(error instanceof Error ? error.message : String(error));
  });
  const server = createMcpServer({ client, access, calls, say });
  const over = new Promise<void>((resolve) => {
    // The transport itself does not notice that its caller is gone.
    process.stdin.once('end', resolve).once('close', resolve).once('error', resolve);
    process.stdout.once('error', () => resolve());
    stopping.addEventListener('abort', () => resolve(), { once: true });
    // The transport gives up on its own when a message is too large, and then no longer reads stdin.
    server.server.onclose = resolve;
  });
  await server.connect(new StdioServerTransport());
  await over;
  await server.close();
}
