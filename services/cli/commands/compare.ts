import { findPassed } from '#shared/api/client/find-passed.ts';
import { compareRuns } from '#shared/domain/story/compare.ts';
import { englishComparison } from '#shared/domain/words/en-comparison.ts';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { connect } from '../gateway/connect.ts';
import { comparisonJson, comparisonLines } from '../view/comparison-text.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';

export const command = defineCommand({
  about: [
    'Compares a run with the last one before it that passed, of the same named flow or of the same name:',
    'the first step that differs, the time of each, and what the page said that it did not say then.',
  ],
  usage: '<id> [<other id>]',
  options: { json: { type: 'boolean', default: false, help: 'as one JSON object' } },
  positionals: { min: 1, max: 2 },
  examples: [
    ['ID', 'why it failed, though the same passed before'],
    ['ID OTHER', 'beside a run of your choice'],
  ],
  run: async (context, { json }, [id = '', given]) => {
    const { env, out, err, outClosed: signal } = context;
    const client = await connect(context);
    const run = await client.get(id, { hints: true, signal });
    const { passed, among } = given === undefined ? await findPassed(client, run, { signal }) : {};
    const otherId = given ?? passed?.id;
    if (otherId === undefined) {
      err(`${englishComparison.unpassed(among)}: name one to compare it with`);
      return EXIT.refused;
    }
    const other = await client.get(otherId, { hints: true, signal });
    const comparison = compareRuns(run, other);
    const { colour, width } = terminalOf(env, process.stdout);
    if (json) out(plainJson(comparisonJson(comparison, run, other)));
    else
      for (const line of comparisonLines(comparison, run, other, { palette: createPalette(colour), width }))
        out(line);
    return EXIT.done;
  },
});
