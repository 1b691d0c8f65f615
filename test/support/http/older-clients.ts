/** How the clients of the original service call: with these headers and no others. */
export interface OlderAnswer<Body = unknown> {
  status: number;
  ok: boolean;
  text: string;
  /** What the text says as JSON. */
  body: Body;
}
export type OlderCaller = <Body = unknown>(
  method: string,
  path: string,
  body?: unknown,
) => Promise<OlderAnswer<Body>>;

type HeadersOf = (hasBody: boolean) => Record<string, string>;

const caller =
  (url: string, headersOf: HeadersOf): OlderCaller =>
  async <Body>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: headersOf(body !== undefined),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, ok: response.ok, text, body: JSON.parse(text) as Body };
  };

const json = { 'Content-Type': 'application/json' };

/** The TypeScript client: a key on every call. */
export const typescriptClient = (url: string, apiKey: string): OlderCaller =>
  caller(url, (hasBody) => ({ 'X-Api-Key': apiKey, ...(hasBody && json) }));

/** The dashboard: the token of its login, once there is one, and the language of its user. */
export const dashboard = (url: string, token?: string, language = 'en'): OlderCaller =>
  caller(url, (hasBody) => ({
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(hasBody && json),
    'Accept-Language': language,
  }));

/** The MCP server: what looks like a JWT goes as a bearer, all else as a key; without either it says nothing. */
export function mcpServer(url: string, credential?: string): OlderCaller {
  const isJwt = /^[\w-]+(\.[\w-]+){2}$/.test(credential ?? '');
  const name = isJwt ? 'Authorization' : 'X-Api-Key';
  return caller(url, (hasBody) => ({
    ...(hasBody && { 'content-type': 'application/json' }),
    ...(credential !== undefined && { [name]: isJwt ? `Bearer ${credential}` : credential }),
  }));
}

/** Where the dashboard looks for a picture or video: it keeps only the last part of a path that it does not know. */
export const dashboardArtifact = (path: string, token: string): string =>
  `/artifacts/${path.split('/').at(-1)}?token=${encodeURIComponent(token)}`;

/** What an MCP tool makes of a flow: the flow in `plan`, the project beside it. */
export const planBody = (project: string, flow: Record<string, unknown>, beside: object = {}) => ({
  project,
  plan: {
    headless: true,
    captureA11yAfterEachStep: false,
    captureScreenshotAfterEachStep: true,
    recordVideoOnFailure: true,
    artifactsDir: 'artifacts',
    defaultTimeoutMs: 30_000,
    ...flow,
  },
  ...beside,
});

/** A run as those clients read it: each field with the type that they need. */
export interface OlderRun {
  id: string;
  status: string;
  startedAt: string;
  durationMs: number;
  baseUrl: string;
  project: string;
  steps: { index: number; action: string; ok: boolean; error?: string; screenshotPath?: string }[];
  videoPath?: string;
  assisted?: { goal: string };
  verdict?: string;
  verdictReason?: string;
  events?: {
    seq: number;
    type: string;
    at: string;
    stepIndex?: number;
    payload: Record<string, unknown>;
  }[];
}
