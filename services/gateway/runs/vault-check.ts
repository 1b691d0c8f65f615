import { kindsOfSecrets } from '#shared/adapters/database/secrets/secrets.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { kindNamedBy, vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import { type Actor, may } from '../access/policy.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

type Steps = Pick<Flow, 'steps' | 'onCancel'>;

/** Whether a user may do with a flow what decides how secrets of the vault and logins are used: anyone may if it names none. */
export const mayUseNamed = (flow: Steps & Pick<Flow, 'profile'>, actor: Actor): boolean =>
  (vaultReferencesOf(flow).length === 0 && !flow.profile) || may(actor, 'secrets:use') === 'allowed';

/**
 * Looks whether the project has what a flow names of the vault, of its kind; a name of another project is answered like one
 * that does not exist. Undefined: nothing is named. @throws RequestError if the caller may not use secrets
 */
export function vaultCheck(
  flow: Steps,
  actor: Actor,
  projectId: string,
  language: AnswerLanguage,
  /** Where the steps are. */
  at: readonly string[] = [],
): ((sql: Statements) => Promise<void>) | undefined {
  const named = vaultReferencesOf(flow);
  if (named.length === 0) return undefined;
  if (!mayUseNamed(flow, actor)) throw new RequestError('forbidden');
  return async (sql) => {
    const kinds = await kindsOfSecrets(sql, projectId, [...new Set(named.map(({ name }) => name))]);
    const missing = named.filter((one) => kinds.get(one.name) !== kindNamedBy(one));
    if (missing.length === 0) return;
    throw invalid(
      missing.map(({ path }) => ({ path: [...at, ...path], message: 'no_such_secret' })),
      language,
    );
  };
}
