/*
 * The runner's side of its proxy process. Owns that process, which is restarted when it ends, and the gates of the
 * browsers, which then get the same ports again; until then their browsers reach nothing. Does not own the browsers.
 * Keeps I15.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OuterProxies } from './outer-proxy.ts';
import type { ConnectFailure, FromProxy, ToProxy } from './protocol.ts';

/** The gate of one browser. */
export interface EgressGate {
  /** On 127.0.0.1, SOCKS 5. */
  readonly port: number;
  /** Why its last connection to `host` and `port` failed; undefined if it did not, or if that is not known. */
  why(host: string, port: number): Promise<ConnectFailure | undefined>;
  close(): void;
}

export interface Egress extends AsyncDisposable {
  /** Opens the gate of a browser that runs as the user `uid`. `onLost` is called if it cannot be kept open. */
  open(uid: number | undefined, onLost: () => void): Promise<EgressGate>;
  readonly pid: number | undefined;
}

export interface EgressOptions {
  policy: string;
  outer: OuterProxies;
  log: { warn(details: object, message: string): void };
}

interface Held {
  uid: number | undefined;
  port: number | undefined;
  opened: PromiseWithResolvers<number>;
  onLost(): void;
}

const SCRIPT = fileURLToPath(new URL('./proxy.ts', import.meta.url));
const START_MS = 20_000;
const ANSWER_MS = 2_000;
const AGAIN_MS = { first: 20, most: 2_000 };
/** Threads for name lookups: a lookup takes as long as the slowest of its servers. */
const THREADS = '32';

/** Starts the proxy process. @throws Error when it does not come up */
export async function startEgress({ policy, outer, log }: EgressOptions): Promise<Egress> {
  const gates = new Map<number, Held>();
  const questions = new Map<number, (failure: ConnectFailure | undefined) => void>();
  let lastId = 0;
  let child: ChildProcess | undefined;
  /** It knows all current gates. */
  let ready = false;
  let closed = false;
  let warned = false;
  let failures = 0;

  const send = (message: ToProxy): void => {
    if (child?.connected) child.send(message, () => undefined); // its end is seen below
  };

  async function start(): Promise<void> {
    const process = spawn();
    child = process;
    const started = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => process.kill('SIGKILL'), START_MS);
    process.on('message', (message: FromProxy) => {
      if (message.type === 'started') started.resolve(message.knowsPeers);
      else hear(message);
    });
    const end = (error: Error) => {
      clearTimeout(timer);
      started.reject(error);
      if (child === process) onEnd();
    };
    process.once('exit', () => end(new Error('the egress proxy ended')));
    // It could not be started, or its channel failed.
    process.on('error', (error) => {
      process.kill('SIGKILL');
      end(error);
    });
    send({ type: 'start', policy, outer });
    const knowsPeers = await started.promise;
    clearTimeout(timer);
    failures = 0;
    if (!knowsPeers && !warned)
      log.warn({}, 'the egress proxy cannot tell who connects to it on this machine');
    warned = true;
    ready = true;
    for (const [id, { uid, port }] of gates) send({ type: 'open', id, uid, port });
  }

  function onEnd(): void {
    child = undefined;
    ready = false;
    for (const answer of questions.values()) answer(undefined);
    questions.clear();
    if (closed) return;
    log.warn({}, 'the egress proxy ended and is restarted');
    void again();
  }

  async function again(): Promise<void> {
    await delay(Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** failures), undefined, { ref: false });
    failures = Math.min(failures + 1, 10);
    // If it ends again, this function runs again.
    if (!closed) await start().catch(() => undefined);
  }

  function hear(message: Exclude<FromProxy, { type: 'started' }>): void {
    if (message.type === 'because') {
      questions.get(message.question)?.(message.failure);
      questions.delete(message.question);
      return;
    }
    const held = gates.get(message.id);
    if (held === undefined) return;
    if (message.type === 'opened') {
      held.port = message.port;
      held.opened.resolve(message.port);
      return;
    }
    gates.delete(message.id);
    held.opened.reject(new Error(`the egress proxy opened no port: ${message.reason}`));
    held.onLost();
  }

  const ask = (id: number, host: string, port: number): Promise<ConnectFailure | undefined> =>
    new Promise((resolve) => {
      if (!ready) return resolve(undefined);
      const question = ++lastId;
      const timer = setTimeout(() => {
        questions.delete(question);
        resolve(undefined);
      }, ANSWER_MS);
      questions.set(question, (failure) => {
        clearTimeout(timer);
        resolve(failure);
      });
      send({ type: 'why', id, question, host, port });
    });

  await start().catch((error: unknown) => {
    closed = true;
    throw error;
  });
  return {
    get pid() {
      return child?.pid;
    },
    async open(uid, onLost) {
      const id = ++lastId;
      const held: Held = { uid, port: undefined, opened: Promise.withResolvers(), onLost };
      gates.set(id, held);
      if (ready) send({ type: 'open', id, uid, port: undefined });
      const port = await held.opened.promise;
      return {
        port,
        why: (host, targetPort) => ask(id, host, targetPort),
        close() {
          gates.delete(id);
          send({ type: 'close', id });
        },
      };
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const ending = child;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const gone = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill('SIGKILL');
      await gone;
    },
  };
}

/** Without the runner's environment, which contains secrets. */
const spawn = () =>
  fork(SCRIPT, [], {
    cwd: '/',
    env: { UV_THREADPOOL_SIZE: THREADS },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
