import { defineCommand } from '../command.ts';
import { connect } from '../gateway/connect.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { receiptLines } from '../view/receipt-text.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  about: [
    'Shows what a cancel did: who requested it and why, then each hop to the end of the run and how long it took.',
    'While the cancel is in progress: what it waits for, and when the next rung begins.',
  ],
  usage: '<id>',
  options: { json: { type: 'boolean', default: false, help: 'as one JSON object' } },
  positionals: { min: 1, max: 1 },
  examples: [['ID', 'the receipt of this run’s cancel']],
  run: async (context, { json }, [id = '']) => {
    const { env, out, outClosed: signal } = context;
    const client = await connect(context);
    const receipt = await client.receipt(id, { signal });
    if (json) out(plainJson(receipt));
    else {
      const palette = createPalette(terminalOf(env, process.stdout).colour);
      for (const line of receiptLines(receipt, palette)) out(line);
    }
    return 0;
  },
});
