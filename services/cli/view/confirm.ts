import { createInterface } from 'node:readline/promises';

interface Terminal {
  isTTY?: boolean;
}

/** Asks for a confirmation; anything but yes is a no. Undefined unless input and output are terminals. */
export function confirmOn(
  input: NodeJS.ReadableStream & Terminal,
  output: NodeJS.WritableStream & Terminal,
): ((question: string) => Promise<boolean>) | undefined {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  return async (question) => {
    const lines = createInterface({ input, output });
    const closed = new AbortController();
    // Ctrl-D counts as no.
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
