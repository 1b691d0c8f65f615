import { createInterface } from 'node:readline/promises';

interface Terminal {
  isTTY?: boolean;
}

/** Asks a question that only a yes answers with yes. Undefined unless a person is at both ends. */
export function confirmOn(
  input: NodeJS.ReadableStream & Terminal,
  output: NodeJS.WritableStream & Terminal,
): ((question: string) => Promise<boolean>) | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return async (question) => {
    const lines = createInterface({ input, output });
    const closed = new AbortController();
    // Ctrl-D: no answer is a no.
    lines.once('close', () => closed.abort());
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal: closed.signal });
      return /^y(es)?$/i.test(answer.trim());
    } catch (error) {
      if (!closed.signal.aborted) throw error;
      output.write('\n');
      return false;
    } finally {
      lines.close();
    }
  };
}
