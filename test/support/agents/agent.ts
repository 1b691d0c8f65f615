/* An agent: the protocol's own client, connected to a real MCP server over one of its transports. */
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  type CallToolResult,
  type ElicitRequestFormParams,
  ElicitRequestSchema,
  type ElicitResult,
  type Progress,
} from '@modelcontextprotocol/sdk/types.js';
import { readLines } from '#shared/platform/files/lines.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { CLONE } from '../stack/cli.ts';
import type { StackBench } from '../stack/use-stack.ts';

export const SERVER = 'services/mcp/main.ts';

/** The fields of answers that tests look at. */
export interface RunData {
  id: string;
  outcome?: string;
  status: string;
  cancelReason?: string;
  failedStep?: number;
  steps: { step: number; does?: string; ok: boolean; error?: string; screenshot: boolean }[];
  tree?: { step: number; text: string; offset: number; total: number; nextOffset?: number };
}

interface Answer<Data> {
  /** All of it, as it came. */
  result: CallToolResult;
  text: string;
  data: Data;
  isError: boolean;
}

/** A call that is under way. */
interface Call<Data> {
  answer: Promise<Answer<Data>>;
  progress: readonly Progress[];
  /** Resolves with the id of the run that it has started. */
  runId: Promise<string>;
  /** Resolves with a progress message that begins so. */
  reported(beginning: string): Promise<string>;
  cancel(reason: string): void;
}

export interface Agent extends AsyncDisposable {
  readonly client: Client;
  /** Pid of the server's process, if it is this agent's own. */
  readonly pid: number | null;
  /** What that has written to stderr. */
  readonly said: readonly string[];
  begin<Data = RunData>(name: string, args?: Record<string, unknown>): Call<Data>;
  call<Data = RunData>(name: string, args?: Record<string, unknown>): Promise<Answer<Data>>;
  /** Runs a flow, and gives what `run_flow` says of the run. */
  run(flow: Record<string, unknown>): Promise<Answer<{ id: string; run: RunData }>>;
  close(): Promise<void>;
}

/** What the user of an agent does with a form. */
export type FillIn = (form: ElicitRequestFormParams) => ElicitResult;

async function connect(
  transport: Transport,
  pid: () => number | null = () => null,
  said: readonly string[] = [],
  fillIn?: FillIn,
): Promise<Agent> {
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities: fillIn ? { elicitation: { form: {} } } : {} },
  );
  if (fillIn)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) =>
      fillIn(params as ElicitRequestFormParams),
    );
  await client.connect(transport);
  // Makes the client check all data against the schemas of the tools.
  await client.listTools();

  const begin: Agent['begin'] = <Data>(name: string, args: Record<string, unknown> = {}) => {
    const progress: Progress[] = [];
    const listeners = new Set<() => void>();
    const reported = (beginning: string) =>
      new Promise<string>((resolve) => {
        const look = () => {
          const found = progress.find(({ message }) => message?.startsWith(beginning))?.message;
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      });
    const runId = reported('run ').then((message) => message.split(' ')[1] ?? '');
    const cancelled = new AbortController();
    const onprogress = (one: Progress) => {
      progress.push(one);
      for (const listener of listeners) listener();
    };
    const answer = client
      .callTool({ name, arguments: args }, undefined, {
        onprogress,
        signal: cancelled.signal,
        timeout: 4 * PATIENCE_MS,
      })
      .then((result) => answerOf<Data>(result as CallToolResult));
    return { answer, progress, runId, reported, cancel: (reason) => cancelled.abort(reason) };
  };
  return {
    client,
    get pid() {
      return pid();
    },
    said,
    begin,
    call: <Data>(name: string, args?: Record<string, unknown>) => begin<Data>(name, args).answer,
    run: (flow) => begin<{ id: string; run: RunData }>('run_flow', flow).answer,
    close: () => client.close(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function answerOf<Data>(result: CallToolResult): Answer<Data> {
  const [first] = result.content;
  return {
    result,
    text: first?.type === 'text' ? first.text : '',
    data: result.structuredContent as Data,
    isError: result.isError === true,
  };
}

export interface StdioOptions {
  apiKey?: string;
  url?: string;
  /** What is started instead of the server itself. */
  args?: string[];
  /** Its client has forms. */
  fillIn?: FillIn;
}

/** The stack finds what is left by the path of its home. */
export const environmentOf = ({ stack }: StackBench): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
  STACK: stack.home,
});

/** An agent with a server of its own. */
export async function overStdio(bench: StackBench, options: StdioOptions = {}): Promise<Agent> {
  const { apiKey = bench.stack.apiKey, url = bench.client.url, args = [SERVER] } = options;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    cwd: CLONE,
    stderr: 'pipe',
    env: { ...environmentOf(bench), GHOSTLY_URL: url, GHOSTLY_API_KEY: apiKey },
  });
  const said: string[] = [];
  readLines(transport.stderr as Readable, (line) => said.push(line));
  return connect(transport as Transport, () => transport.pid, said, options.fillIn);
}

/** An agent of a server that others use, too. */
export async function overHttp(url: string, apiKey: string): Promise<Agent> {
  const requestInit = { headers: { Authorization: `Bearer ${apiKey}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  return connect(transport as Transport);
}
