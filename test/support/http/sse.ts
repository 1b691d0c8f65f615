import { PATIENCE_MS } from '../eventually.ts';

/** The data of an event of a run, over SSE and NATS alike, as the contract describes it. */
export interface StreamData {
  kind: 'status' | 'assist' | 'end';
  at: string;
  status?: string;
  type?: string;
  seq?: number;
  stepIndex?: number;
  payload?: Record<string, unknown>;
  runId?: string;
}

export interface SseMessage {
  event: string;
  data: StreamData;
  id: string | undefined;
  /** The message's text, without the blank line after it. */
  raw: string;
  /** When it came, by `performance.now()`. */
  came: number;
}

export type SsePredicate = (message: SseMessage) => boolean;

/** One connection to an event stream. Keeps every message but pings. */
export interface Watch {
  readonly messages: readonly SseMessage[];
  readonly headers: Headers;
  /** Resolves to the first message that matches, past or future. */
  until(matches: SsePredicate, timeoutMs?: number): Promise<SseMessage>;
  /** Resolves to all messages when the server has closed the stream. */
  ended(timeoutMs?: number): Promise<readonly SseMessage[]>;
  /** Resolves when the connection is gone, however it went. */
  readonly gone: Promise<void>;
  close(): void;
}

/** Opens a stream. Rejects with its status if it is refused. */
export async function openStream(url: string, headers: Record<string, string>): Promise<Watch> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200 || !response.body) {
    throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
  }
  const messages: SseMessage[] = [];
  const listeners = new Set<() => void>();
  let state: 'open' | 'ended' | 'broken' = 'open';

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };

  const read = async (body: ReadableStream<Uint8Array>) => {
    let rest = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop() ?? '';
      const came = performance.now();
      for (const raw of parts) {
        const message = parse(raw, came);
        if (message.event !== 'ping') messages.push(message);
      }
      tell();
    }
    if (rest !== '') throw new Error(`the stream ended within a message: ${rest}`);
  };
  const gone = read(response.body as ReadableStream<Uint8Array>)
    .then(
      () => 'ended' as const,
      () => 'broken' as const,
    )
    .then((how) => {
      state = how;
      tell();
    });

  const seen = () => messages.map(describe).join('\n  ');
  const waitFor = <T>(look: () => T | undefined, what: string, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        listeners.delete(check);
      };
      const fail = (why: string) => {
        stop();
        reject(new Error(`${what}: ${why}; seen:\n  ${seen()}`));
      };
      const check = () => {
        const found = look();
        if (found !== undefined) {
          stop();
          resolve(found);
        } else if (state !== 'open') fail(`the stream has ${state}`);
      };
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
      listeners.add(check);
      check();
    });

  return {
    messages,
    headers: response.headers,
    gone,
    until: (matches, timeoutMs = PATIENCE_MS) =>
      waitFor(() => messages.find(matches), `no message for ${matches}`, timeoutMs),
    ended: (timeoutMs = 1.5 * PATIENCE_MS) =>
      waitFor(() => (state === 'ended' ? messages : undefined), 'no end of the stream', timeoutMs),
    close: () => abort.abort(),
  };
}

function parse(raw: string, came: number): SseMessage {
  const fields = raw.split('\n').map((line) => /^(event|data|id): (.*)$/.exec(line));
  const field = (name: string) => fields.find((match) => match?.[1] === name)?.[2];
  const [event, data] = [field('event'), field('data')];
  if (event === undefined || data === undefined || fields.includes(null))
    throw new Error(`not a message: ${raw}`);
  return { event, data: JSON.parse(data) as StreamData, id: field('id'), raw, came };
}

/** One line for a person. */
function describe({ data }: SseMessage): string {
  if (data.kind !== 'assist') return [data.kind, data.status].filter(Boolean).join(' ');
  return `${data.seq} ${data.type} ${JSON.stringify(data.payload)}`;
}

export const isStatus =
  (status: string): SsePredicate =>
  ({ data }) =>
    data.kind === 'status' && data.status === status;

/** An assist event of this type, of step `index` if one is named. */
export const isEvent =
  (type: string, index?: number): SsePredicate =>
  ({ data }) =>
    data.type === type && (index === undefined || data.stepIndex === index);

export const isRunEnd = isEvent('run_end');

/** The machine has entered this state. */
export const isEntering =
  (state: string): SsePredicate =>
  ({ data }) =>
    data.type === 'transition' && data.payload?.to === state;
