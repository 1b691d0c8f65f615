import type { CallReply, Client } from '#shared/api/client/index.ts';
import { KEY_SCOPES } from '#shared/api/contract/accounts/roles.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { parseDuration } from '../duration-option.ts';
import { connect } from '../gateway/connect.ts';
import { checkKeys } from '../vault/check-keys.ts';
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

function printVaultKeys({ out, err }: CommandContext, json: boolean): number {
  const privateKey = newPrivateKeyText();
  const pair = { GHOSTLY_SEAL_PUBLIC_KEY: publicTextOf(privateKey), GHOSTLY_SEAL_KEY: privateKey };
  if (json) out(plainJson(pair));
  else for (const [name, key] of Object.entries(pair)) out(`${name}=${key}`);
  err(
    'the first is for the gateways, the second for the runners alone; keep a copy of it apart from backups',
  );
  return 0;
}

export const command = defineCommand({
  about: [
    'Your API keys; and, for operators, the keys of the vault, which seal and open the secrets of projects.',
  ],
  usage: '[list | create LABEL | revoke ID | new | check]',
  actions: {
    list: { args: [], help: 'list them, newest first, masked' },
    create: { args: ['LABEL'], help: 'create a key and print it; it is never shown again' },
    revoke: { args: ['ID'], help: 'revoke a key, effective immediately' },
    new: { args: [], help: 'print a new pair of keys of the vault, as variables of the services' },
    check: {
      args: [],
      help: 'say how many stored secrets each key of the vault opens, and which none of them would',
    },
  },
  options: {
    scopes: { type: 'string', value: 'A,B', help: 'scopes of a new key, from those below' },
    expires: { type: 'string', value: 'TIME', help: 'lifetime of a new key, e.g. 30d' },
    open: {
      type: 'boolean',
      default: false,
      help: 'with check: open each stored secret, which takes a second for some hundreds',
    },
    json: { type: 'boolean', default: false, help: 'the answer as JSON' },
  },
  positionals: { min: 0, max: 2 },
  examples: [
    ['create dashboard --scopes runs:read --expires 30d', 'a read-only key for a month'],
    ['revoke ID', 'with an id from the list'],
    ['check --open', 'before a key is taken away, after a restore'],
  ],
  notes: [
    'A new key has the scopes runs:read, runs:write and runs:cancel unless --scopes says otherwise, from:',
    `${KEY_SCOPES.join(', ')}.`,
    'Those for webhooks and secrets have to be asked for.',
    'check reads DATABASE_URL and GHOSTLY_SEAL_KEY, or uses the stack here; 1: a secret would not open.',
  ],
  run: async (context, { scopes, expires, json, open }, [action, given = '']) => {
    const { out, outClosed: signal } = context;
    if (action !== 'create' && (scopes ?? expires) !== undefined)
      throw new UsageError('--scopes and --expires are only for create');
    if (open && action !== 'check') throw new UsageError('--open is only for check');
    if (action === 'new') return printVaultKeys(context, json);
    if (action === 'check') return checkKeys(context, { tries: open, json });
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
