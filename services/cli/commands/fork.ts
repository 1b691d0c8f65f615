import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { listOfLacks } from '#shared/domain/words/carried/say.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { defineCommand, parseWholeNumber, UsageError } from '../command.ts';
import { EXIT } from '../exit.ts';
import { followRun, seeItAgain } from '../flow/follow-run.ts';
import { placedValueOf, withAskedSecrets } from '../flow/rerun-values.ts';
import { OUTPUT_OPTION } from '../flow/run-options.ts';
import { readSteps } from '../flow/steps-file.ts';
import { connect } from '../gateway/connect.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';

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
    value: {
      type: 'string',
      multiple: true,
      value: 'PLACE=TEXT',
      help: "new value, e.g. steps.3.value=a, inputs.pin=1; also for another user's secrets",
    },
    watch: { type: 'boolean', short: 'w', default: false, help: 'show each step as it ends' },
    output: OUTPUT_OPTION,
    'idempotency-key': {
      type: 'string',
      value: 'KEY',
      help: 'start only once with the same key, within 24 hours',
    },
    json: {
      type: 'boolean',
      default: false,
      help: 'the answer, and with --watch each entry, as a line of JSON',
    },
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
    const { env, out, err, cwd, outClosed: signal } = context;
    const { from, steps: file, value = [], watch, output, json } = values;
    if (from === undefined) throw new UsageError('--from STEP is missing');
    const fromStep = parseWholeNumber('--from', from, 2, FLOW_LIMITS.steps + 1) - 1;
    const steps = file === undefined ? undefined : await readSteps(file, cwd, process.stdin);
    const client = await connect(context);
    const options = { idempotencyKey: values['idempotency-key'], signal };
    const started = await withAskedSecrets(
      Object.fromEntries(value.map(placedValueOf)),
      (given) => client.fork(id, { fromStep, ...(steps && { steps }), values: given }, options),
      context.askSecret,
    );
    const terminal = terminalOf(env, process.stdout);
    if (json) out(plainJson(started));
    else out(`${createPalette(terminal.colour).bold('run')} ${started.id}`);
    const lacks = listOfLacks(started.notCarried ?? [], englishWords);
    if (lacks.length > 0) err(`Not carried over: ${lacks.map(plainText).join(', ')}.`);
    if (watch || output !== undefined)
      return followRun(client, started.id, { context, terminal, signals: process, json, output });
    if (!json) out(`Started. Watch or cancel it:${seeItAgain(started.id)}`);
    return EXIT.done;
  },
});
