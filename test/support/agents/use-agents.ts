import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from '../eventually.ts';
import { afterFile } from '../file-hooks.ts';
import type { FlowStep } from '../http/client.ts';
import { type StackBench, useStack } from '../stack/use-stack.ts';
import { type Agent, overHttp, overStdio } from './agent.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

export type TransportName = 'stdio' | 'streamable HTTP';
export const TRANSPORTS: readonly TransportName[] = ['stdio', 'streamable HTTP'];

type Agents = Record<TransportName, Agent>;

let ofThisFile: { bench: StackBench; agents: Agents; http: { server: HttpServer } } | undefined;

/** The stack, an MCP server over HTTP, and an agent over each transport with the admin's key: one for all suites. */
export function useAgents() {
  ofThisFile ??= startForThisFile();
  return Object.assign(helpers(ofThisFile.bench), ofThisFile);
}

function startForThisFile() {
  const bench = useStack();
  const agents = {} as Agents;
  const http = {} as { server: HttpServer };
  beforeAll(async () => {
    [http.server, agents.stdio] = await Promise.all([startHttpServer(bench), overStdio(bench)]);
    agents['streamable HTTP'] = await overHttp(http.server.url, bench.stack.apiKey);
  });
  afterFile(async () => {
    ofThisFile = undefined;
  });
  afterAll(async () => {
    for (const agent of Object.values(agents)) await agent.close();
    await http.server?.stop();
  });
  return { bench, agents, http };
}

function helpers(bench: StackBench) {
  return {
    /** A flow on the test's site. */
    flow: (...steps: FlowStep[]) => ({ baseUrl: bench.site.url, steps }),
    /** One that does not end by itself. */
    waiting: () => ({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/plain' },
        { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 },
      ],
    }),
    /** A key of the admin with these scopes only. */
    async keyWith(...scopes: string[]): Promise<string> {
      const body = { label: scopes.join(' '), scopes };
      const reply = await bench.client.request<{ key: string }>('POST', '/v1/api-keys', { body });
      return reply.body.key;
    },
    /** The id of the one run with this context, as soon as there is one. */
    runWith: (contextId: string): Promise<string> =>
      eventually(async () => {
        const path = `/v1/runs?contextId=${encodeURIComponent(contextId)}`;
        const { body } = await bench.client.request<{ id: string }[]>('GET', path);
        expect(body).toHaveLength(1);
        return body[0]!.id;
      }),
    /** The run once it has ended. */
    ended: (id: string) => bench.client.ended(id),
  };
}
