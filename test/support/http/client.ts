import { PATIENCE_MS } from '../eventually.ts';
import { openStream, type StreamData, type Watch } from './sse.ts';

export interface Reply<Body = unknown> {
  status: number;
  body: Body;
  text: string;
  headers: Headers;
  /** Time between sending and the end of the answer. */
  ms: number;
}

export interface RunView {
  id: string;
  status: string;
  state: string;
  startedAt: string;
  durationMs: number;
  project: string;
  error?: string;
  stopReason?: string;
  steps: StepView[];
  onCancel?: StepView[];
  attempt?: number;
  forkFrom?: number[];
  events: StreamData[];
  cancel?: {
    source: string;
    stale?: true;
    verdict?: { why: string; browser: string };
    lateResults?: object[];
  };
}

interface StepView {
  index: number;
  action: string;
  ok: boolean;
  error?: string;
  screenshotPath?: string;
  a11y?: string;
  carried?: true;
}

export interface FlowStep {
  action: string;
  [field: string]: unknown;
}

interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Credentials {
  apiKey?: string;
  token?: string;
}

/** A client of one gateway that knows nothing but the contract. */
export interface Client {
  readonly url: string;
  request<Body = unknown>(method: string, path: string, options?: RequestOptions): Promise<Reply<Body>>;
  /** The caller's first project. */
  project(): Promise<string>;
  /** Makes another project of the caller's. Rejects unless it is made. */
  addProject(label: string): Promise<string>;
  /** Posts a flow in its first project, if it names no other. Rejects unless it is accepted. */
  start(flow: { baseUrl: string; steps: FlowStep[]; [field: string]: unknown }): Promise<string>;
  /** `query`: e.g. `?hints=1`, for the steps so far of a run that goes on. */
  read(id: string, query?: string): Promise<RunView>;
  /** The run, once it has ended. */
  ended(id: string): Promise<RunView>;
  cancel(id: string, options?: RequestOptions): Promise<Reply>;
  watch(id: string, after?: number): Promise<Watch>;
  /** The same gateway, called by another user; by nobody, if nothing is given. */
  as(credentials: Credentials): Client;
  /** The same caller at another gateway. */
  at(url: string): Client;
}

const isReset = ({ cause }: Error): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';

export function createClient(url: string, credentials: Credentials): Client {
  const own: Record<string, string> = {
    ...(credentials.apiKey !== undefined && { 'X-Api-Key': credentials.apiKey }),
    ...(credentials.token !== undefined && { Authorization: `Bearer ${credentials.token}` }),
  };
  let projectId: string | undefined;

  const client: Client = {
    url,
    async request<Body>(method: string, path: string, { body, headers = {} }: RequestOptions = {}) {
      const sent = performance.now();
      const send = () =>
        fetch(`${url}${path}`, {
          method,
          headers: { ...own, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
      const response = await send().catch((error: Error) => {
        // A connection that was kept may be closed just as it is used again: browsers ask once more, too. A cancel counts once.
        const isRepeatable = method === 'GET' || path.endsWith('/cancel');
        if (!isRepeatable || !isReset(error)) throw error;
        return send();
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return {
        status: response.status,
        body: (isJson ? JSON.parse(text) : text) as Body,
        text,
        headers: response.headers,
        ms: performance.now() - sent,
      };
    },
    async project() {
      if (projectId === undefined) {
        const { body } = await client.request<{ id: string }[]>('GET', '/v1/projects');
        projectId = body[0]!.id;
      }
      return projectId;
    },
    async addProject(label) {
      const reply = await client.request<{ id: string }>('POST', '/v1/projects', { body: { label } });
      if (reply.status !== 201) throw new Error(`not made: ${reply.status} ${reply.text}`);
      return reply.body.id;
    },
    async start(flow) {
      const body = { project: await client.project(), ...flow };
      const reply = await client.request<{ id: string }>('POST', '/v1/run', { body });
      if (reply.status !== 202) throw new Error(`not accepted: ${reply.status} ${reply.text}`);
      return reply.body.id;
    },
    async read(id, query = '') {
      const reply = await client.request<RunView>('GET', `/v1/runs/${id}${query}`);
      if (reply.status !== 200) throw new Error(`not readable: ${reply.status} ${reply.text}`);
      return reply.body;
    },
    async ended(id) {
      const end = performance.now() + PATIENCE_MS;
      for (;;) {
        const run = await client.read(id, '?wait=15');
        if (['pass', 'fail'].includes(run.status)) return run;
        if (performance.now() > end) throw new Error(`${id} is ${run.state}`);
      }
    },
    cancel: (id, options) => client.request('POST', `/v1/runs/${id}/cancel`, options),
    watch: (id, after) =>
      openStream(`${url}/v1/runs/${id}/events/stream`, {
        ...own,
        ...(after !== undefined && { 'Last-Event-ID': String(after) }),
      }),
    as: (other) => createClient(url, other),
    at: (other) => createClient(other, credentials),
  };
  return client;
}

/** A token for these credentials. */
export async function logIn(client: Client, email: string, password: string): Promise<string> {
  const reply = await client.request<{ token: string }>('POST', '/v1/auth/login', {
    body: { email, password },
  });
  if (reply.status !== 200) throw new Error(`no token: ${reply.status} ${reply.text}`);
  return reply.body.token;
}
