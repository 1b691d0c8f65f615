#!/usr/bin/env node
/* The MCP server, over stdio or HTTP. Stdout is the protocol's: what it says goes to stderr. */
import { ApiError, createClient, GatewayError } from '#shared/api/client/index.ts';
import { sourceStack } from '#shared/platform/log/source-stack.ts';
import { listenForStop } from '#shared/platform/process/stop-signals.ts';
import { ANSWER_MS, createCalls } from './calls.ts';
import { type HttpOptions, OptionError, readMcpOptions, USAGE } from './options.ts';
import { inWords } from './words.ts';

/** How long the runs of calls that are cut, since their callers are gone, may take to be cancelled when the process ends, ms. */
const UNDO_MS = 5_000;
/** How long open answers may take after that. */
const CLOSE_MS = 1_000;

const say = (line: string) => void process.stderr.write(`ghostly-mcp: ${line}\n`);
// Its reader may have closed it: then what is said is lost, and nothing else.
process.stderr.on('error', () => undefined);
const stop = new AbortController();
const calls = createCalls();

async function serveHttp(url: string, { host, port, publicUrls }: HttpOptions): Promise<void> {
  const { createEndpoint } = await import('./http/endpoint.ts');
  const { PATH } = await import('./http/address.ts');
  const { startServer } = await import('#shared/platform/http/http-server.ts');
  createClient({ url }); // refuses a bad URL now, and not to each caller
  const endpoint = createEndpoint({ url, publicUrls, calls, stopping: stop.signal, say });
  const server = await startServer(endpoint.listener, { host, port });
  say(`listening at ${server.url}${PATH}, for the gateway at ${url}`);
  process.send?.({ type: 'ready', url: `${server.url}${PATH}` });
  if (!stop.signal.aborted)
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  await calls.settled(ANSWER_MS);
  await endpoint.close();
  await server.close(CLOSE_MS);
}

async function serveOne(url: string, apiKey: string | undefined): Promise<void> {
  const { serveStdio } = await import('./stdio.ts');
  await serveStdio({ url, apiKey, calls, say, stopping: stop.signal });
}

async function main(): Promise<number> {
  const options = readMcpOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { url, apiKey, http } = options;
  await (http === undefined ? serveOne(url, apiKey) : serveHttp(url, http));
  if (!(await calls.settled(UNDO_MS))) say('some runs could not be cancelled in time: they go on');
  return 0;
}

/** One line for an error that is expected, the stack for a defect. */
function lineOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const ofSystem = 'syscall' in error; // e.g. the port is in use
  const isExpected = ofSystem || [OptionError, ApiError, GatewayError].some((kind) => error instanceof kind);
  return isExpected ? inWords(error).replace(/^Error: /, '') : sourceStack(error.stack ?? error.message);
}

const signals = listenForStop(process, () => performance.now());
void signals.first.then(() => stop.abort());
signals.forced.addEventListener('abort', () => process.exit(1), { once: true });

// `ghostly mcp`, which started it, is gone.
process.once('disconnect', () => stop.abort());

try {
  process.exitCode = await main();
} catch (error) {
  say(lineOf(error));
  process.exitCode = error instanceof OptionError ? 2 : 1;
}
process.exit();
