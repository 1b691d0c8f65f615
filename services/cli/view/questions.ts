import { createInterface, type ReadLineOptions } from 'node:readline/promises';
import { Writable } from 'node:stream';

interface Terminal {
  isTTY?: boolean;
}
type Input = NodeJS.ReadableStream & Terminal;
type Output = NodeJS.WritableStream & Terminal;

const areTerminals = (input: Input, output: Output): boolean => input.isTTY === true && output.isTTY === true;

/** The answer; undefined for Ctrl-C and Ctrl-D. */
async function ask(question: string, options: ReadLineOptions): Promise<string | undefined> {
  const lines = createInterface(options);
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  try {
    return await lines.question(question, { signal: closed.signal });
  } catch (error) {
    if (!closed.signal.aborted) throw error;
    return undefined;
  } finally {
    lines.close();
  }
}

/** Asks for a confirmation; anything but yes is a no. Undefined unless input and output are terminals. */
export function confirmOn(
  input: Input,
  output: Output,
): ((question: string) => Promise<boolean>) | undefined {
  if (!areTerminals(input, output)) return undefined;
  return async (question) => {
    const answer = await ask(`${question} [y/N] `, { input, output });
    if (answer === undefined) output.write('\n');
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  };
}

/** Reads a line. Undefined unless input and output are terminals. */
export function askTextOn(
  input: Input,
  output: Output,
): ((question: string) => Promise<string | undefined>) | undefined {
  if (!areTerminals(input, output)) return undefined;
  return (question) => ask(`${question}: `, { input, output });
}

/** Reads a text without echo. Undefined unless input and output are terminals. */
export function askSecretOn(
  input: Input,
  output: Output,
): ((question: string) => Promise<string | undefined>) | undefined {
  if (!areTerminals(input, output)) return undefined;
  return async (question) => {
    output.write(`${question}: `);
    // Must be a terminal, or the terminal's own echo would show the input.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    try {
      return await ask('', { input, output: nowhere, terminal: true });
    } finally {
      output.write('\n');
    }
  };
}
