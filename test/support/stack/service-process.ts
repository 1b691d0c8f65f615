/*
 * One service of a stack as a real process: its own process group, a channel for its "ready", its output kept.
 * Owns the process from spawn to exit; ends it by its pid only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SCRIPTS, SERVICES } from '#shared/platform/build/parts.ts';
import { readLines } from '#shared/platform/files/lines.ts';

export type ServiceKind = 'gateway' | 'runner' | 'supervisor';
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly kind: ServiceKind;
  readonly pid: number;
  /** Every line of its output so far. */
  readonly lines: readonly string[];
  /** Resolves when it says that it is ready; with its URL if it is a gateway. Rejects if it ends before. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  signal(name: NodeJS.Signals): void;
  /** Resolves to the first line that holds `text`, past or future. */
  logged(text: string): Promise<string>;
  /** SIGTERM, and SIGKILL after `withinMs`; resolves to whether SIGTERM was enough. */
  stop(withinMs?: number): Promise<boolean>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a service of this tree's bundle, or from the sources of the tree at `root`, with `env` and nothing else. */
export function startService(kind: ServiceKind, env: NodeJS.ProcessEnv, root?: string): ServiceProcess {
  const script = root === undefined ? `${SERVICES.folder}/${kind}.js` : SCRIPTS[kind];
  const child = spawn(process.execPath, [script], {
    cwd: root ?? ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${kind} could not be started`);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const onLine = (line: string) => {
    lines.push(line);
    for (const listener of listeners) listener();
  };
  readLines(child.stdout!, onLine, 1_000_000);
  readLines(child.stderr!, onLine, 1_000_000);
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const running = () => child.exitCode === null && child.signalCode === null;

  return {
    kind,
    pid,
    lines,
    ready: readiness(kind, child, exited, lines),
    exited,
    get running() {
      return running();
    },
    signal: (name) => void child.kill(name),
    logged: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const line = lines.find((candidate) => candidate.includes(text));
          if (line === undefined) return;
          listeners.delete(look);
          resolve(line);
        };
        listeners.add(look);
        look();
        void exited.then(() => {
          look();
          reject(new Error(`${kind} ended without saying "${text}"`));
        });
      }),
    async stop(withinMs = 8_000) {
      if (!running()) return true;
      child.kill('SIGCONT'); // a stopped process hears nothing else
      child.kill('SIGTERM');
      const timer = setTimeout(() => running() && process.kill(-pid, 'SIGKILL'), withinMs);
      const { signal } = await exited.finally(() => clearTimeout(timer));
      return signal !== 'SIGKILL';
    },
  };
}

function readiness(kind: string, child: ChildProcess, exited: Promise<Exit>, lines: string[]) {
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type === 'ready') resolve(message.url ?? '');
    });
    child.once('error', reject);
    void exited.then(({ code, signal }) =>
      reject(
        new Error(`${kind} ended before it was ready (${code ?? signal}): ${lines.slice(-10).join('\n')}`),
      ),
    );
  });
  // Only who waits for it minds.
  ready.catch(() => undefined);
  return ready;
}
