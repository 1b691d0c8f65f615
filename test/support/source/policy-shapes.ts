import { KEY_SCOPES, type KeyScope, USER_ROLES, type UserRole } from '#shared/api/contract/accounts/roles.ts';

/* The shapes of the policy table: who is let into what by what it is to it. */

/** `token`: a JWT. Else a key with this scope alone. */
type Credential = 'token' | KeyScope;
const CREDENTIALS = ['token', ...KEY_SCOPES] as const satisfies readonly Credential[];

/** `own`: the caller's. `viewer` … `owner`: another's, in a project where the caller is that. `none`: another's. */
export type Relation = 'own' | 'viewer' | 'operator' | 'owner' | 'none';

/** Let in; seen but not allowed; not seen, which is 400 where it is named in a body. */
export type Answer = 'ok' | '403' | '404' | '400';

export interface Row {
  /** What the caller's relation is to; `nothing`: there is none. */
  on: 'nothing' | 'run' | 'project' | 'key' | 'job';
  cells: readonly Cell[];
}

export interface Cell {
  role: UserRole;
  credential: Credential;
  relation: Relation;
  answer: Answer;
}

/** Reads a table: a line of relations, then one line for each role and credential; `*` are its other ones. */
function rows(on: Row['on'], text: string): Row {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const [relations = [], ...callers] = lines as [Relation[], ...string[][]];
  const named = callers.map(([role, credential]) => `${role} ${credential}`);
  const cells = callers.flatMap(([role, credential, ...answers]) =>
    CREDENTIALS.filter((one) =>
      credential === '*' ? !named.includes(`${role} ${one}`) : one === credential,
    ).flatMap((one) =>
      relations.map(
        (relation, index) => ({ role, credential: one, relation, answer: answers[index] }) as Cell,
      ),
    ),
  );
  const expected = USER_ROLES.length * CREDENTIALS.length * relations.length;
  if (new Set(cells.map((cell) => Object.values(cell).slice(0, 3).join())).size !== expected)
    throw new Error(`a caller is missing or there twice in: ${text}`);
  return { on, cells };
}

/** Allowed with every credential. */
export const ANY_CALLER = rows(
  'nothing',
  `                       none
   admin  *               ok
   member *               ok`,
);

/** A member's key with the scope `admin` alone can do nothing: it is void. */
export const READ = rows(
  'nothing',
  `                       none
   admin  token           ok
   admin  runs:read       ok
   admin  admin           ok
   admin  *               403
   member token           ok
   member runs:read       ok
   member *               403`,
);

export const WRITE = rows(
  'nothing',
  `                       none
   admin  token           ok
   admin  runs:write      ok
   admin  admin           ok
   admin  *               403
   member token           ok
   member runs:write      ok
   member *               403`,
);

export const CANCEL = rows(
  'nothing',
  `                       none
   admin  token           ok
   admin  runs:cancel     ok
   admin  admin           ok
   admin  *               403
   member token           ok
   member runs:cancel     ok
   member *               403`,
);

export const ADMINS = rows(
  'nothing',
  `                       none
   admin  token           ok
   admin  admin           ok
   admin  *               403
   member *               403`,
);

export const READ_RUN = rows(
  'run',
  `                       own  viewer  operator  owner  none
   admin  token           ok   ok      ok        ok     ok
   admin  runs:read       ok   ok      ok        ok     ok
   admin  admin           ok   ok      ok        ok     ok
   admin  *               403  403     403       403    403
   member token           ok   ok      ok        ok     404
   member runs:read       ok   ok      ok        ok     404
   member *               403  403     403       403    404`,
);

/** An admin stops another's run as an operator or owner of its project, or with a key made for that. */
export const CANCEL_RUN = rows(
  'run',
  `                       own  viewer  operator  owner  none
   admin  token           ok   403     ok        ok     403
   admin  runs:cancel     ok   403     ok        ok     403
   admin  admin           ok   ok      ok        ok     ok
   admin  *               403  403     403       403    403
   member token           ok   403     ok        ok     404
   member runs:cancel     ok   403     ok        ok     404
   member *               403  403     403       403    404`,
);

export const CHANGE_RUN = rows(
  'run',
  `                       own  viewer  operator  owner  none
   admin  token           ok   403     ok        ok     403
   admin  runs:write      ok   403     ok        ok     403
   admin  admin           ok   ok      ok        ok     ok
   admin  *               403  403     403       403    403
   member token           ok   403     ok        ok     404
   member runs:write      ok   403     ok        ok     404
   member *               403  403     403       403    404`,
);

/** The project is named in the body: one that is not seen is a bad value. Without the scope the body is not read. */
export const START = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     ok        ok     403
   admin  runs:write      403     ok        ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     ok        ok     400
   member runs:write      403     ok        ok     400
   member *               403     403       403    403`,
);

export const SEE_PROJECT = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  *               ok      ok        ok     ok
   member *               ok      ok        ok     404`,
);

export const CHANGE_PROJECT = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     403       ok     403
   admin  runs:write      403     403       ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     403       ok     404
   member runs:write      403     403       ok     404
   member *               403     403       403    404`,
);

/** To tell others of a project's runs takes its owner, and a scope of its own. */
export const READ_WEBHOOKS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     403       ok     403
   admin  webhooks:read   403     403       ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     403       ok     404
   member webhooks:read   403     403       ok     404
   member *               403     403       403    404`,
);

export const CHANGE_WEBHOOKS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     403       ok     403
   admin  webhooks:write  403     403       ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     403       ok     404
   member webhooks:write  403     403       ok     404
   member *               403     403       403    404`,
);

/** Operators have secrets typed; the right to give them does not include that. */
export const USE_SECRETS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     ok        ok     403
   admin  secrets:use     403     ok        ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     ok        ok     404
   member secrets:use     403     ok        ok     404
   member *               403     403       403    404`,
);

/** It takes the right to start runs, too, so that no scope alone is enough. */
export const LOG_IN = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     ok        ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     ok        ok     404
   member *               403     403       403    404`,
);

/** Owners give secrets, delete them, and read who used them. */
export const CHANGE_SECRETS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     403       ok     403
   admin  secrets:write   403     403       ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     403       ok     404
   member secrets:write   403     403       ok     404
   member *               403     403       403    404`,
);

/** Named flows, schedules and batches are read by all who see the project. */
export const READ_FLOWS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           ok      ok        ok     ok
   admin  runs:read       ok      ok        ok     ok
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           ok      ok        ok     404
   member runs:read       ok      ok        ok     404
   member *               403     403       403    404`,
);

/** They are changed by those who may start runs. */
export const CHANGE_FLOWS = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     ok        ok     403
   admin  runs:write      403     ok        ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     ok        ok     404
   member runs:write      403     ok        ok     404
   member *               403     403       403    404`,
);

/** Batches are cancelled by those who may cancel the runs of others. */
export const CANCEL_BATCH = rows(
  'project',
  `                       viewer  operator  owner  none
   admin  token           403     ok        ok     403
   admin  runs:cancel     403     ok        ok     403
   admin  admin           ok      ok        ok     ok
   admin  *               403     403       403    403
   member token           403     ok        ok     404
   member runs:cancel     403     ok        ok     404
   member *               403     403       403    404`,
);

/**
 * Revoking a key with the scope `runs:write`: only for its user, and no key revokes one that can do more. Without the
 * scope nothing is looked for.
 */
export const REVOKE = rows(
  'key',
  `                       own  none
   admin  token           ok   404
   admin  runs:write      ok   404
   admin  admin           ok   404
   admin  *               403  403
   member token           ok   404
   member runs:write      ok   404
   member *               403  403`,
);

/** A bulk cancel: its user's, and seen by admins. */
export const READ_JOB = rows(
  'job',
  `                       own  none
   admin  token           ok   ok
   admin  runs:read       ok   ok
   admin  admin           ok   ok
   admin  *               403  403
   member token           ok   404
   member runs:read       ok   404
   member *               403  403`,
);
