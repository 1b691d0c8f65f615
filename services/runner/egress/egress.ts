/*
 * The runner's side of its proxy process (`proxy-process.ts`). Owns the gates of the browsers: they get the same ports
 * again after the process restarts; until then the browsers reach nothing (I15).
 */
import type { ConnectFailure } from '#shared/adapters/egress/outgoing.ts';
import { createHeldGates } from './held-gates.ts';
import { type ProxyProcessOptions, startProxyProcess } from './proxy-process.ts';
import { createQuestions } from './questions.ts';

/** The gate of one browser. */
export interface EgressGate {
  /** The port on 127.0.0.1, SOCKS 5. */
  readonly port: number;
  /** Why its last connection to `host` and `port` failed; undefined if it did not, or if that is not known. */
  why(host: string, port: number): Promise<ConnectFailure | undefined>;
  close(): void;
}

export interface Egress extends AsyncDisposable {
  /** Opens the gate of a browser that runs as the user `uid`. `onLost` is called if it cannot be kept open. */
  open(uid: number | undefined, onLost: () => void): Promise<EgressGate>;
  readonly pid: number | undefined;
  /** Whether its process is up. */
  readonly ready: boolean;
}

export type EgressOptions = Pick<ProxyProcessOptions, 'policy' | 'outer' | 'log'>;

/** Starts the proxy process. @throws Error when it does not come up */
export async function startEgress(options: EgressOptions): Promise<Egress> {
  const gates = createHeldGates();
  const questions = createQuestions();
  const proxy = await startProxyProcess({
    ...options,
    onReady: gates.openAll,
    onMessage(message) {
      if (message.type === 'because') questions.answer(message.question, message.failure);
      else gates.hear(message);
    },
    onEnd: questions.giveUp,
  });

  const why = (id: number, host: string, port: number) =>
    questions.ask((question) => proxy.send({ type: 'why', id, question, host, port }));

  return {
    get pid() {
      return proxy.pid;
    },
    get ready() {
      return proxy.ready;
    },
    async open(uid, onLost) {
      const { id, opened } = gates.add(uid, onLost);
      if (proxy.ready) proxy.send({ type: 'open', id, uid, port: undefined });
      return {
        port: await opened,
        why: async (host, port) => (proxy.ready ? why(id, host, port) : undefined),
        close() {
          gates.remove(id);
          proxy.send({ type: 'close', id });
        },
      };
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}
