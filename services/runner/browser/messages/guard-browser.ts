import type { ChildProcess } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import type { Readable, Writable } from 'node:stream';
import { MessageBudget } from './message-budget.ts';
import { MessageGuard } from './message-guard.ts';
import { TraceAnswers, TraceBudget } from './trace-answers.ts';

/** Where Chromium reads with `--remote-debugging-pipe`. */
const COMMANDS = 3;
/** Where Chromium writes with `--remote-debugging-pipe`. */
const PIPE = 4;

/** Shared by all browsers of this process. */
const budget = new MessageBudget();
const traceBudget = new TraceBudget();

export interface BrowserGuard extends Disposable {
  /** Why the browser was stopped, if the guard has done that. */
  readonly stopped: string | undefined;
  /** It has found the browser, and guards it. */
  readonly attached: boolean;
}

/**
 * Guards the messages of the browser that is started with `switchOfIts`, until disposed of. Node's diagnostics find it, as
 * Playwright shares neither its start nor its pipe. A browser whose message is too large and belongs to no page is ended.
 */
export function guardBrowser(switchOfIts: string): BrowserGuard {
  let stopped: string | undefined;
  let attached = false;
  const stop = (child: ChildProcess, why: string) => {
    stopped ??= `a page made it send a message ${why}`;
    child.kill('SIGKILL');
  };
  const onChild = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    // Before its first output can be read.
    child.once('spawn', () => {
      if (!child.spawnargs.includes(switchOfIts)) return;
      attached = true;
      const traces = new TraceAnswers(traceBudget);
      const guard = guardPipe(child.stdio[PIPE] as Readable, traces, (why) => stop(child, why));
      guardCommands(child.stdio[COMMANDS] as Writable, traces, guard);
    });
  };
  diagnostics.subscribe('child_process', onChild);
  return {
    get stopped() {
      return stopped;
    },
    get attached() {
      return attached;
    },
    [Symbol.dispose]: () => void diagnostics.unsubscribe('child_process', onChild),
  };
}

/** All that listens to what the pipe reads, before or after this, gets what the guard lets through. */
function guardPipe(pipe: Readable, traces: TraceAnswers, onUnknown: (why: string) => void): MessageGuard {
  const emit = pipe.emit.bind(pipe);
  const guard = new MessageGuard({
    forward: (piece) => void emit('data', piece),
    onUnknown,
    budget,
    traces,
    now: () => performance.now(),
  });
  pipe.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event !== 'data') return emit(event, ...args);
    guard.take(args[0] as Buffer);
    return true;
  };
  return guard;
}

const ENABLE = /^\{"id":\d+,"method":"Network.enable"(?!,"params")/;
/** 0 would mean any size. */
const BODIES_TO = ',"params":{"maxPostDataSize":1}';
const LONGEST_ENABLE = 200;
/** Written after each command. */
const END = '\0';

/**
 * Chromium is not to tell what pages send: nobody reads that, and it would come twice, as text and in base64. What a trace
 * asks of a page that was refused before, the guard answers.
 */
function guardCommands(commands: Writable, traces: TraceAnswers, guard: MessageGuard): void {
  const write = commands.write.bind(commands) as (text: unknown) => boolean;
  let isRefused = false;
  commands.write = (text: unknown) => {
    if (typeof text !== 'string') return write(text);
    if (isRefused && text === END) {
      isRefused = false;
      return true;
    }
    const refused = traces.note(text);
    if (refused) {
      isRefused = true;
      setImmediate(() => guard.refuse(refused));
      return true;
    }
    return write(text.length < LONGEST_ENABLE ? text.replace(ENABLE, `$&${BODIES_TO}`) : text);
  };
}
