import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { listOfLacks } from '#shared/domain/words/carried/say.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { AGAIN_OPTIONS, startAgain } from '../flow/start-again.ts';
import { readSteps } from '../flow/steps-file.ts';
import { plainText } from '../view/plain-text.ts';

export const command = defineCommand({
  about: [
    'Begins a new run at a step of another one, at the page that it had then, if its flow says checkpoints: true.',
    "Prompts for the secrets of another user's flow.",
  ],
  usage: '<id>',
  options: {
    from: { type: 'string', value: 'STEP', help: 'the step to begin with, from 2' },
    steps: {
      type: 'string',
      value: 'FILE',
      help: 'the steps from there on: a list, or a flow, as JSON; - for stdin',
    },
    ...AGAIN_OPTIONS,
  },
  positionals: { min: 1, max: 1 },
  examples: [
    ['ID --from 4 --watch', 'goes on from the fourth step'],
    ['ID --from 4 --steps rest.json', 'with other steps'],
  ],
  notes: [
    'Exit code 0: pass, or started; 1: fail; 2: invalid values or option; 5: nothing is kept of that step.',
  ],
  run: async (context, values, [id = '']) => {
    const { from, steps: file } = values;
    if (from === undefined) throw new UsageError('--from STEP is missing');
    const fromStep = parseWholeNumber('--from', from, 2, FLOW_LIMITS.steps + 1) - 1;
    const steps = file === undefined ? undefined : await readSteps(file, context.cwd, process.stdin);
    return startAgain(context, values, {
      prepare: async (client) => (given, options) =>
        client.fork(id, { fromStep, ...(steps && { steps }), values: given }, options),
      tell({ notCarried = [] }) {
        const lacks = listOfLacks(notCarried, englishWords);
        if (lacks.length > 0) context.err(`Not carried over: ${lacks.map(plainText).join(', ')}.`);
      },
    });
  },
});
