import { findProjectId } from '#shared/api/client/find-project.ts';
import { SECRET_KINDS } from '#shared/domain/flow/vault.ts';
import { defineCommand, type OptionSpec, parseWholeNumber, UsageError } from '../../command.ts';
import { connect } from '../../gateway/connect.ts';
import { SECRET_ACTIONS } from '../../vault/acts.ts';

const MOST = 1_000;

const OPTIONS = {
  project: { type: 'string', value: 'P', help: 'id or label (default: the oldest one where you may)' },
  kind: {
    type: 'string',
    value: 'KIND',
    choices: SECRET_KINDS,
    help: `what is put: ${SECRET_KINDS.join(', ')} (text)`,
  },
  origin: {
    type: 'string',
    multiple: true,
    value: 'ORIGIN',
    help: 'where it may be typed, e.g. https://login.example.com; several: at each of them',
  },
  note: { type: 'string', value: 'TEXT', help: 'for people; not secret' },
  stdin: { type: 'boolean', default: false, help: 'read the value from stdin' },
  limit: { type: 'string', short: 'n', value: 'N', default: '50', help: 'maximum number of uses (50)' },
  json: { type: 'boolean', default: false, help: 'the answer as JSON' },
} as const satisfies Record<string, OptionSpec>;

const OF_PUT = ['kind', 'origin', 'note'] as const;

export const command = defineCommand({
  about: [
    'The vault of a project: secrets that its runs type, at their origins alone, and that nobody can read back.',
    'A step names one as ${secrets.shop.password}, ${secrets.token} or, a one-time code, ${totp.shop}.',
  ],
  usage: '[list | put NAME | delete NAME | uses NAME]',
  actions: {
    list: { args: [], help: 'list them, without their values' },
    put: { args: ['NAME'], help: 'make one, or give it a new value and new origins; prompts for the value' },
    delete: { args: ['NAME'], help: 'delete one' },
    uses: { args: ['NAME'], help: 'list which runs have opened it, newest first' },
  },
  options: OPTIONS,
  positionals: { min: 0, max: 2 },
  examples: [
    ['put shop --kind login --origin https://login.example.com', 'prompts for both, without echo'],
    ['put token --origin https://example.com --stdin', 'for scripts; an argument would be visible'],
  ],
  notes: [
    '--stdin reads the value, without its last line break; of a login two lines, or {"username": …, "password": …}.',
    'Owners put, delete and see uses, with a key that has the scope secrets:write; operators list, with secrets:use.',
  ],
  run: async (context, values, [action = '', name = '']) => {
    const { json, origin: origins = [], note, stdin } = values;
    const misplaced = OF_PUT.find((option) => values[option] !== undefined && action !== 'put');
    if (misplaced !== undefined) throw new UsageError(`--${misplaced} is not for ${action}`);
    if (action === 'put' && origins.length === 0)
      throw new UsageError('put needs --origin: where the secret may be typed');
    const kind = SECRET_KINDS.find((known) => known === (values.kind ?? 'text')) ?? 'text';
    const limit = parseWholeNumber('--limit', values.limit, 1, MOST);
    const client = await connect(context);
    const as = action === 'list' ? 'operator' : 'owner';
    const project = await findProjectId(client, values.project, { as, signal: context.outClosed });
    await SECRET_ACTIONS[action]?.(
      { client, context, project, json, kind, origins, note, stdin, limit },
      name,
    );
    return 0;
  },
});
