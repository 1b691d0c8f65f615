import type { CallReply, Client } from '#shared/api/client/index.ts';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { parseDuration } from '../duration-option.ts';
import { connect } from '../gateway/connect.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';

type Key = CallReply<'createApiKey'>;

const HEAD = ['ID', 'LABEL', 'KEY', 'SCOPES', 'CREATED', 'LAST USED', 'EXPIRES'];
const timeOf = (text: string | undefined, never: string) =>
  text === undefined ? never : localTime(Date.parse(text));

const rowOf = ({ id, label, key, scopes, createdAt, lastUsedAt, expiresAt }: Key): string[] => [
  id,
  plainText(label),
  plainText(key),
  scopes.join(','),
  timeOf(createdAt, ''),
  timeOf(lastUsedAt, '-'),
  timeOf(expiresAt, 'never'),
];

/** @throws UsageError */
function scopesOf(text: string): Key['scopes'] {
  return text.split(',').map((name) => {
    const scope = KEY_SCOPES.find((known) => known === name.trim());
    if (scope === undefined) throw new UsageError(`--scopes takes ${KEY_SCOPES.join(', ')}, not "${name}"`);
    return scope;
  });
}

async function create(
  client: Client,
  body: Parameters<typeof client.call<'createApiKey'>>[1]['body'],
  context: CommandContext,
  json: boolean,
) {
  const { out, err, outClosed: signal } = context;
  const key = await client.call('createApiKey', { body }, { signal });
  out(json ? plainJson(key) : plainText(key.key));
  if (!json)
    err(
      `created "${plainText(key.label)}" (${key.id}) with the scopes ${key.scopes.join(', ')}; the key is shown only now`,
    );
  return 0;
}

export const command = defineCommand({
  about: ['Your API keys.'],
  usage: '[list | create LABEL | revoke ID]',
  actions: {
    list: { args: [], help: 'list them, newest first, masked' },
    create: { args: ['LABEL'], help: 'create a key and print it; it is never shown again' },
    revoke: { args: ['ID'], help: 'revoke a key, effective immediately' },
  },
  options: {
    scopes: { type: 'string', value: 'A,B', help: `scopes of a new key, from ${KEY_SCOPES.join(', ')}` },
    expires: { type: 'string', value: 'TIME', help: 'lifetime of a new key, e.g. 30d' },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 2 },
  examples: [
    ['create dashboard --scopes runs:read --expires 30d', 'a read-only key for a month'],
    ['revoke ID', 'with an id from the list'],
  ],
  notes: [
    'A new key has the scopes runs:read, runs:write and runs:cancel unless --scopes says otherwise.',
    'Those for webhooks have to be asked for.',
  ],
  run: async (context, { scopes, expires, json }, [action, given = '']) => {
    const { out, outClosed: signal } = context;
    if (action !== 'create' && (scopes ?? expires) !== undefined)
      throw new UsageError('--scopes and --expires are only for create');
    const body = {
      label: given,
      ...(scopes !== undefined && { scopes: scopesOf(scopes) }),
      ...(expires !== undefined && {
        expiresAt: new Date(Date.now() + parseDuration('--expires', expires)).toISOString(),
      }),
    };
    const client = await connect(context);
    if (action === 'create') return create(client, body, context, json);
    if (action === 'revoke') {
      const answer = await client.call('deleteApiKey', { params: { id: given } }, { signal });
      out(json ? plainJson(answer) : `revoked ${given}`);
      return 0;
    }
    const keys = await client.call('listApiKeys', {}, { signal });
    if (json) out(plainJson(keys));
    else showTable(context, HEAD, keys.map(rowOf));
    return 0;
  },
});
