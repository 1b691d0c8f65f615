/*
 * The vault's endpoints. A value is sealed by the call that brings it and kept nowhere: no log, span, error or answer has
 * any of it (I17). The gateway has no key that opens.
 */
import { deleteSecret, listSecrets, putSecret } from '#shared/adapters/database/secrets/secrets.ts';
import { isSecretKnown, listSecretUses } from '#shared/adapters/database/secrets/uses.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { decodeRunCursor, encodeRunCursor } from '#shared/api/contract/runs/run-cursor.ts';
import { SECRETS_PAGE, type SecretBody } from '#shared/api/contract/secrets/secrets.ts';
import { VALUE_NAME } from '#shared/domain/flow/template.ts';
import type { PublicKeys } from '#shared/platform/seal/keys.ts';
import { seal } from '#shared/platform/seal/seal.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentSecret, presentUse } from './present.ts';
import { totpUri } from './totp-uri.ts';

/** Undefined: the server takes no secrets. */
export type VaultKeys = Promise<PublicKeys> | undefined;

export const createListSecrets =
  (sql: Sql, keys: VaultKeys): Handler<'listSecrets'> =>
  async ({ project, query: { after, limit = SECRETS_PAGE } }) => {
    if (!keys) throw new RequestError('no_vault');
    const rows = await listSecrets(sql, { projectId: project.id, after, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const path = `/v1/projects/${project.id}/secrets`;
    return {
      status: 200,
      body: page.map(presentSecret),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(path, { limit, after: page.at(-1)?.name }) },
      }),
    };
  };

/** `most`: how many a project may have. */
export const createPutSecret =
  (sql: Sql, keys: VaultKeys, most: number | undefined): Handler<'putSecret'> =>
  async ({ ctx, actor, project, params: { name }, headers, body }) => {
    if (!keys) throw new RequestError('no_vault');
    const publicKeys = await keys;
    const { language } = ctx.state;
    if (!VALUE_NAME.test(name)) throw invalid([{ path: ['name'], message: 'not_value_name' }], language);
    const value = secretPartsOf(body, language);
    const { kind, origins, note } = body;
    const put = await putSecret(
      sql,
      {
        projectId: project.id,
        by: actingOf(actor),
        name,
        kind,
        origins,
        note,
        isNew: headers['if-none-match'] !== undefined,
        seal: async (version) => ({
          sealed: await seal(publicKeys, { projectId: project.id, kind, name, version, origins }, value),
          kid: publicKeys.first.kid,
        }),
      },
      most,
    );
    if (typeof put === 'string') throw new RequestError(put);
    return { status: 200, body: presentSecret(put) };
  };

/** What is sealed: the parts of the secret that are secret. */
function secretPartsOf(body: SecretBody, language: AnswerLanguage): Readonly<Record<string, string>> {
  if (body.kind === 'text') return { value: body.value };
  if (body.kind === 'login') return { username: body.username, password: body.password };
  const uri = totpUri(body.uri);
  if (uri === undefined) throw invalid([{ path: ['uri'], message: 'not_totp_uri' }], language);
  return { uri };
}

export const createDeleteSecret =
  (sql: Sql): Handler<'deleteSecret'> =>
  async ({ actor, project, params: { name } }) => {
    const outcome = await deleteSecret(sql, { projectId: project.id, by: actingOf(actor), name });
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };

export const createListSecretUses =
  (sql: Sql): Handler<'listSecretUses'> =>
  async ({ project, params: { name }, query: { before, limit = SECRETS_PAGE } }) => {
    const about = { projectId: project.id, name };
    const cursor = before === undefined ? undefined : decodeRunCursor(before);
    const rows = await listSecretUses(sql, { ...about, before: cursor, limit: limit + 1 });
    if (rows.length === 0 && !(await isSecretKnown(sql, project.id, name)))
      throw new RequestError('not_found');
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const path = `/v1/projects/${project.id}/secrets/${encodeURIComponent(name)}/uses`;
    return {
      status: 200,
      body: page.map(presentUse),
      ...(rows.length > limit &&
        last && { headers: { Link: linkToNext(path, { limit, before: encodeRunCursor(last) }) } }),
    };
  };
