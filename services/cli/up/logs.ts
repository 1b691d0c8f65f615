/*
 * Owns: the log files of a stack while it runs, and which lines are also shown at the terminal.
 */
import { type LogFormat, remarkIn } from './echo.ts';
import { type LogFile, logPath, openLogFile } from './log-file.ts';

export interface Logs {
  /** A line of a process: written to its file; warnings and errors are shown too, a bounded number in a minute. */
  line: (name: string, format: LogFormat, text: string) => void;
  /** A line of `up` itself, without secrets: shown and written. */
  say: (text: string) => void;
  /** Shows no more warnings: while the stack stops, processes report the end of others. */
  mute: () => void;
  close: () => void;
}

/**
 * So many warnings of a process are shown in a minute. What a client of NATS is refused is an error in the log of NATS, as
 * often as the client likes; the terminal may be a file that nobody bounds.
 */
const MOST_SHOWN = 20;
const MINUTE_MS = 60_000;

export const createLogs = (folder: string, show: (line: string) => void, now: () => Date): Logs => {
  const files = new Map<string, LogFile>();
  const shown = new Map<string, { since: number; count: number }>();
  let quiet = false;
  const countShown = (name: string): number => {
    const at = now().getTime();
    const known = shown.get(name);
    const current = known && at - known.since < MINUTE_MS ? known : { since: at, count: 0 };
    shown.set(name, current);
    current.count += 1;
    return current.count;
  };
  const fileOf = (name: string): LogFile => {
    const file = files.get(name) ?? openLogFile(folder, name);
    files.set(name, file);
    return file;
  };
  return {
    line: (name, format, text) => {
      fileOf(name).write(text);
      const remark = quiet ? undefined : remarkIn(format, text);
      if (remark === undefined) return;
      const count = countShown(name);
      if (count <= MOST_SHOWN) show(`[${name}] ${remark.level}: ${remark.text}`);
      else if (count === MOST_SHOWN + 1)
        show(`[${name}] more of this within a minute is only in ${logPath(folder, name)}`);
    },
    say: (text) => {
      fileOf('up').write(`${now().toISOString()} ${text}`);
      show(text);
    },
    mute: () => {
      quiet = true;
    },
    close: () => {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
};
