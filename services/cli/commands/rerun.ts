import { findProjectId } from '#shared/api/client/find-project.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { EXIT } from '../exit.ts';
import { followRun, seeItAgain } from '../flow/follow-run.ts';
import { placedValueOf, withAskedSecrets } from '../flow/rerun-values.ts';
import { OUTPUT_OPTION, RUN_OPTIONS, runOptionsOf } from '../flow/run-options.ts';
import { tellIgnored } from '../flow/tell-ignored.ts';
import { connect } from '../gateway/connect.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';

/** Parses `field=value`, a change; the value is JSON or, if it does not parse, text. @throws UsageError */
function changeOf(text: string): [field: string, value: unknown] {
  const [, field, value = ''] = /^([a-zA-Z]\w*)=(.*)$/s.exec(text) ?? [];
  if (field === undefined) throw new UsageError(`--set needs FIELD=VALUE, not "${text}"`);
  try {
    return [field, JSON.parse(value)];
  } catch {
    return [field, value];
  }
}

export const command = defineCommand({
  about: [
    'Reruns the flow of a run, fill values included, optionally with changes.',
    "Prompts for the secrets of another user's flow.",
  ],
  usage: '<id>',
  options: {
    watch: { type: 'boolean', short: 'w', default: false, help: 'show each step as it ends' },
    output: OUTPUT_OPTION,
    'base-url': { type: 'string', value: 'URL', help: 'visit another site' },
    project: { type: 'string', value: 'P', help: 'run in another project (id or label)' },
    set: {
      type: 'string',
      multiple: true,
      value: 'FIELD=VALUE',
      help: 'new value of a field of the flow, as JSON or text; null removes it',
    },
    value: {
      type: 'string',
      multiple: true,
      value: 'PLACE=TEXT',
      help: "new value, e.g. steps.3.value=a, inputs.pin=1; also for another user's secrets",
    },
    ...RUN_OPTIONS,
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
    ['ID --watch', 'rerun without changes'],
    ['ID --base-url http://127.0.0.1:3000', 'against a site on this machine'],
    ['ID --value steps.3.value=ann@example.com', 'with another value in the fourth step'],
    ['ID --set headless=false --set contextId=null', 'with a visible browser, without context'],
  ],
  notes: ['Exit code 0: pass, or started; 1: fail; 2: invalid values or option.'],
  run: async (context: CommandContext, values, [id = '']) => {
    const { env, out, outClosed: signal } = context;
    const { watch, output, json, set = [], value = [], 'base-url': baseUrl, project: named } = values;
    const changes = { ...Object.fromEntries(set.map(changeOf)), ...runOptionsOf(values) };
    const given = Object.fromEntries(value.map(placedValueOf));
    const client = await connect(context);
    const project = named === undefined ? undefined : await findProjectId(client, named, { signal });
    const all = {
      ...changes,
      ...(baseUrl !== undefined && { baseUrl }),
      ...(project !== undefined && { project }),
    };
    const options = { idempotencyKey: values['idempotency-key'], signal };
    const started = await withAskedSecrets(
      given,
      (values) => client.rerun(id, { ...all, values }, options),
      context.askSecret,
    );
    const terminal = terminalOf(env, process.stdout);
    tellIgnored(started, context.err);
    if (json) out(plainJson(started));
    else out(`${createPalette(terminal.colour).bold('run')} ${started.id}`);
    if (watch || output !== undefined)
      return followRun(client, started.id, { context, terminal, signals: process, json, output });
    if (!json) out(`Started. Watch or cancel it:${seeItAgain(started.id)}`);
    return EXIT.done;
  },
});
