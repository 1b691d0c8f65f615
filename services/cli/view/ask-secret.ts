import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

interface Terminal {
  isTTY?: boolean;
}

/** Reads a text without echo. Undefined unless input and output are terminals. */
export function askSecretOn(
  input: NodeJS.ReadableStream & Terminal,
  output: NodeJS.WritableStream & Terminal,
): ((question: string) => Promise<string | undefined>) | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return async (question) => {
    output.write(`${question}: `);
    // Must be a terminal, or the terminal's own echo would show the input.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input, output: nowhere, terminal: true });
    const closed = new AbortController();
    // Ctrl-C and Ctrl-D: no answer.
    lines.once('close', () => closed.abort());
    try {
      return await lines.question('', { signal: closed.signal });
    } catch (error) {
      if (!closed.signal.aborted) throw error;
      return undefined;
    } finally {
      lines.close();
      output.write('\n');
    }
  };
}
