import type { Readable } from 'node:stream';

/** Calls `onLine` for each line of `stream`, the last one also when it lacks its newline. Very long lines are cut. */
export const readLines = (stream: Readable, onLine: (line: string) => void, maxLength = 16_384): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-maxLength);
    for (const line of lines) onLine(line.slice(0, maxLength).replace(/\r$/, ''));
  });
  const flush = () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
  stream.on('end', flush);
  stream.on('close', flush); // destroyed without an end
  // A pipe torn down with its process is reported by the process's exit.
  stream.on('error', () => {});
};
