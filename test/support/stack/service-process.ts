/*
 * One service of a stack as a real process: its own process group, a channel for its "ready", its output kept.
 * Owns the process from spawn to exit; ends it by its pid only.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SCRIPTS, SERVICES } from '#shared/platform/build/parts.ts';
import { type Exit, followChild, signalGroup } from '#shared/platform/process/child.ts';
import { PATIENCE_MS } from '../eventually.ts';

export type ServiceKind = 'gateway' | 'runner' | 'supervisor';

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
  /** SIGTERM, and SIGKILL if it hangs; resolves to whether SIGTERM was enough. */
  stop(): Promise<boolean>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a service of this tree's bundle, or from the sources of the tree at `root`, with `env` and nothing else. */
export function startService(kind: ServiceKind, env: NodeJS.ProcessEnv, root?: string): ServiceProcess {
  const script = root === undefined ? `${SERVICES.folder}/${kind}.js` : SCRIPTS[kind];
  const spawned = spawn(process.execPath, [script], {
    cwd: root ?? ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const child = followChild(spawned, { remembered: Number.POSITIVE_INFINITY, longestLine: 1_000_000 });
  const { pid, lines, exited } = child;
  if (pid === undefined) throw new Error(`${kind} could not be started`);
  const running = () => spawned.exitCode === null && spawned.signalCode === null;
  return {
    kind,
    pid,
    lines,
    ready: child.message(({ type, url = '' }: { type?: string; url?: string }) =>
      type === 'ready' ? url : undefined,
    ),
    exited,
    get running() {
      return running();
    },
    signal: (name) => void spawned.kill(name),
    logged: (text) => child.line((line) => line.includes(text)),
    async stop() {
      if (!running()) return true;
      spawned.kill('SIGCONT'); // a stopped process hears nothing else
      const { signal } = await child.stop([['SIGTERM', PATIENCE_MS]]);
      if (signal !== 'SIGKILL') return true;
      signalGroup(pid, 'SIGKILL');
      return false;
    },
  };
}
