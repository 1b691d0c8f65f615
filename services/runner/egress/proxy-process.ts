/*
 * The life of the proxy process. Owns it, starts it again when it ends, and says when it is ready for gates. Does not own
 * the gates.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { OuterProxies } from '#shared/adapters/egress/outer-proxy.ts';
import { NODE_ARGUMENTS } from '#shared/platform/process/node-options.ts';
import type { FromProxy, ToProxy } from './protocol.ts';

export interface ProxyProcessOptions {
  policy: string;
  outer: OuterProxies;
  log: { warn(details: object, message: string): void };
  /** It has started, maybe again, and knows no gate yet. */
  onReady(send: ProxyProcess['send']): void;
  onMessage(message: Exclude<FromProxy, { type: 'started' }>): void;
  onEnd(): void;
}

export interface ProxyProcess extends AsyncDisposable {
  readonly pid: number | undefined;
  /** It knows all gates that there were when it started. */
  readonly ready: boolean;
  /** Sends an order to the process, if there is one. */
  send(message: ToProxy): void;
}

const SCRIPT = fileURLToPath(new URL('./proxy.ts', import.meta.url));
const START_MS = 20_000;
const AGAIN_MS = { first: 20, most: 2_000 };
/** Threads for name lookups: a lookup takes as long as the slowest of its servers. */
const THREADS = '32';

/** @throws Error when it does not come up */
export async function startProxyProcess(options: ProxyProcessOptions): Promise<ProxyProcess> {
  const proxy = new RestartedProcess(options);
  await proxy.startFirst();
  return proxy;
}

class RestartedProcess implements ProxyProcess {
  readonly #options: ProxyProcessOptions;
  ready = false;
  #child: ChildProcess | undefined;
  #closed = false;
  #warned = false;
  #failures = 0;

  constructor(options: ProxyProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async startFirst(): Promise<void> {
    await this.#start().catch((error: unknown) => {
      this.#closed = true;
      throw error;
    });
  }

  send(message: ToProxy): void {
    if (this.#child?.connected) this.#child.send(message, () => undefined); // its end is seen below
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const ending = this.#child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await gone;
  }

  async #start(): Promise<void> {
    const { policy, outer, log, onReady } = this.#options;
    const child = spawn();
    this.#child = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    const started = this.#listenTo(child, () => clearTimeout(timer));
    this.send({ type: 'start', policy, outer });
    const knowsPeers = await started;
    clearTimeout(timer);
    this.#failures = 0;
    if (!knowsPeers && !this.#warned)
      log.warn({}, 'the egress proxy cannot tell who connects to it on this machine');
    this.#warned = true;
    this.ready = true;
    onReady((message) => this.send(message));
  }

  /** Resolves with whether it knows who connects; rejects if it ends before that. */
  #listenTo(child: ChildProcess, onEnd: () => void): Promise<boolean> {
    const started = Promise.withResolvers<boolean>();
    child.on('message', (message: FromProxy) => {
      if (message.type === 'started') started.resolve(message.knowsPeers);
      else this.#options.onMessage(message);
    });
    const end = (error: Error) => {
      onEnd();
      started.reject(error);
      if (this.#child === child) this.#onEnd();
    };
    child.once('exit', () => end(new Error('the egress proxy ended')));
    // It could not be started, or its channel failed.
    child.on('error', (error) => {
      child.kill('SIGKILL');
      end(error);
    });
    return started.promise;
  }

  #onEnd(): void {
    this.#child = undefined;
    this.ready = false;
    this.#options.onEnd();
    if (this.#closed) return;
    this.#options.log.warn({}, 'the egress proxy ended and is restarted');
    void this.#startAgain();
  }

  async #startAgain(): Promise<void> {
    const ms = Math.min(AGAIN_MS.most, AGAIN_MS.first * 2 ** this.#failures);
    await delay(ms, undefined, { ref: false });
    this.#failures = Math.min(this.#failures + 1, 10);
    // If it ends again, this runs again.
    if (!this.#closed) await this.#start().catch(() => undefined);
  }
}

/** Without the runner's environment, which contains secrets; what Node has compiled already is not compiled again. */
const spawn = (compileCache = getCompileCacheDir()) =>
  fork(SCRIPT, [], {
    cwd: '/',
    env: { UV_THREADPOOL_SIZE: THREADS, ...(compileCache && { NODE_COMPILE_CACHE: dirname(compileCache) }) },
    execArgv: [...NODE_ARGUMENTS],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
