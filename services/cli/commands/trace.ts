import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { defineCommand } from '../command.ts';
import { connect } from '../gateway/connect.ts';

export const command = defineCommand({
  about: [
    "Downloads Playwright's trace of a run, for `npx playwright show-trace`:",
    'each step with the page as it was, its requests and its console.',
    'A run that has passed has one if its flow has `playwrightTrace: "on"`.',
  ],
  usage: '<id>',
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'where to; else trace-<id>.zip' },
  },
  positionals: { min: 1, max: 1 },
  examples: [['ID', 'the trace of this run']],
  run: async (context, { output }, [id = '']) => {
    const { out, outClosed: signal } = context;
    const client = await connect(context);
    const { body } = await client.open('readPlaywrightTrace', { params: { id } }, { signal });
    const file = output ?? `trace-${id}.zip`;
    try {
      await pipeline(Readable.fromWeb(body as never), createWriteStream(file), { signal });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    out(file);
    return 0;
  },
});
