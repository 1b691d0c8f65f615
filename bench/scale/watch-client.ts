/*
 * A process with many watchers, each a plain socket that reads the stream of one run, so that the gateway is measured
 * and no client. Owns its sockets. Its parent sends `begin` and `end`; it says how late the events between were.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { wallNow } from '../support/median.ts';

export interface ToWatch {
  gateways: string[];
  apiKey: string;
  runs: string[];
  /** Their events are read and discarded, without being measured. */
  drained?: boolean;
}

export interface Report {
  /** Time between the event's `at` and the socket, ms. */
  delays: number[];
  /** Still connected. */
  open: number;
}

const AT_ONCE = 50;
/** A numbered event; `at` is in none of its other fields before it. */
const EVENT = /^data: \{"kind":"assist".*?"at":"([^"]+)"/;

const [toWatch] = (await once(process, 'message')) as [ToWatch];
const { runs, gateways, apiKey, drained = false } = toWatch;
const delays: number[] = [];
let open = 0;
/** What happened earlier is not late, but read again. */
let since = Number.POSITIVE_INFINITY;
let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < runs.length) {
      const n = next++;
      await watch(new URL(gateways[n % gateways.length]!), runs[n]!);
    }
  }),
);
process.send!('connected');
process.on('message', (what) => {
  since = what === 'begin' ? wallNow() : Number.POSITIVE_INFINITY;
  if (what === 'end') process.send!({ delays, open } satisfies Report);
});
process.once('disconnect', () => process.exit());

/** Resolves when the first of its stream is here. */
async function watch({ hostname, port }: URL, run: string): Promise<void> {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setEncoding('utf8');
  await once(socket, 'connect');
  socket.write(
    `GET /v1/runs/${run}/events/stream HTTP/1.1\r\nHost: ${hostname}\r\nX-Api-Key: ${apiKey}\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [string];
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`a stream was answered ${head.slice(0, 200)}`);
  open += 1;
  socket.once('close', () => {
    open -= 1;
  });
  if (!drained) read(socket);
  else socket.setEncoding().on('data', () => undefined);
}

function read(socket: Socket): void {
  let rest = '';
  socket.on('data', (text: string) => {
    const at = wallNow();
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    if (since > at) return;
    for (const line of lines) {
      const stored = EVENT.exec(line)?.[1];
      const storedAt = stored === undefined ? 0 : Date.parse(stored);
      if (storedAt >= since) delays.push(at - storedAt);
    }
  });
}
