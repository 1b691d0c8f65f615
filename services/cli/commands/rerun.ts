import { findProjectId } from '#shared/api/client/find-project.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { RUN_OPTIONS, runOptionsOf } from '../flow/run-options.ts';
import { AGAIN_OPTIONS, startAgain } from '../flow/start-again.ts';
import { tellIgnored } from '../flow/tell-ignored.ts';

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
    'base-url': { type: 'string', value: 'URL', help: 'visit another site' },
    project: { type: 'string', value: 'P', help: 'run in another project (id or label)' },
    set: {
      type: 'string',
      multiple: true,
      value: 'FIELD=VALUE',
      help: 'new value of a field of the flow, as JSON or text; null removes it',
    },
    ...RUN_OPTIONS,
    ...AGAIN_OPTIONS,
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
    const { set = [], 'base-url': baseUrl, project: named } = values;
    const changes = { ...Object.fromEntries(set.map(changeOf)), ...runOptionsOf(values) };
    return startAgain(context, values, {
      async prepare(client) {
        const { outClosed: signal } = context;
        const project = named === undefined ? undefined : await findProjectId(client, named, { signal });
        const all = {
          ...changes,
          ...(baseUrl !== undefined && { baseUrl }),
          ...(project !== undefined && { project }),
        };
        return (given, options) => client.rerun(id, { ...all, values: given }, options);
      },
      tell: (started) => tellIgnored(started, context.err),
    });
  },
});
