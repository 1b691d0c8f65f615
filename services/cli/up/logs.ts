/*
 * Owns: the log files of a stack while it runs, and which lines are also shown at the terminal.
 */
import { type LogFormat, remarkIn } from './echo.ts';
import { type LogFile, openLogFile } from './log-file.ts';

export interface Logs {
  /** A line of a process: written to its file; warnings and errors are shown too. */
  line: (name: string, format: LogFormat, text: string) => void;
  /** A line of `up` itself, without secrets: shown and written. */
  say: (text: string) => void;
  /** Shows no more warnings: while the stack stops, processes report the end of others. */
  mute: () => void;
  close: () => void;
}

export const createLogs = (folder: string, show: (line: string) => void, now: () => Date): Logs => {
  const files = new Map<string, LogFile>();
  let quiet = false;
  const fileOf = (name: string): LogFile => {
    const file = files.get(name) ?? openLogFile(folder, name);
    files.set(name, file);
    return file;
  };
  return {
    line: (name, format, text) => {
      fileOf(name).write(text);
      const remark = quiet ? undefined : remarkIn(format, text);
      if (remark !== undefined) show(`[${name}] ${remark.level}: ${remark.text}`);
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
