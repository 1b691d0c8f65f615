import { setImmediate as nextTurn } from 'node:timers/promises';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createClient } from '#shared/api/client/index.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { createAccess, isGatewayOutOfReach } from './access.ts';
import { ANSWER_MS, type Calls } from './calls.ts';
import { createMcpServer } from './server.ts';

/** How long a caller may take to read its last answers, ms. */
const WRITE_MS = 1_000;

export interface StdioOptions {
  url: string;
  apiKey: string | undefined;
  calls: Calls;
  say(line: string): void;
  /** Aborted when the process is asked to stop. */
  stopping: AbortSignal;
}

/**
 * Serves one caller until it closes stdin, or the process is asked to stop and has answered its open calls. The tools
 * report a gateway out of reach. @throws ApiError if the key is not valid, GatewayError of a bad URL or key
 */
export async function serveStdio({ url, apiKey, calls, say, stopping }: StdioOptions): Promise<void> {
  const client = createClient({ url, apiKey });
  const access = createAccess(client);
  await access.ask(stopping).catch((error: unknown) => {
    if (!isGatewayOutOfReach(error)) throw error;
    say(error instanceof Error ? error.message : String(error));
  });
  const server = createMcpServer({ client, access, calls, stopping, say });
  const gone = new Promise<void>((resolve) => {
    // The transport itself does not notice that its caller is gone.
    process.stdin.once('end', resolve).once('close', resolve).once('error', resolve);
    process.stdout.once('error', () => resolve());
    // The transport gives up on its own when a message is too large, and then no longer reads stdin.
    server.server.onclose = resolve;
  });
  const stopped = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport());
  await Promise.race([gone, stopped]);
  if (stopping.aborted) await Promise.race([gone, answered(calls)]);
  await server.close();
}

/** What the calls have answered is handed to the system. */
async function answered(calls: Calls): Promise<void> {
  await calls.settled(ANSWER_MS);
  // An answer is written in the turn in which its call has ended.
  await nextTurn();
  await settlesWithin(new Promise((resolve) => void process.stdout.write('', resolve)), WRITE_MS);
}
