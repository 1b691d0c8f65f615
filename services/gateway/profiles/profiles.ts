/* The endpoints of login profiles. The gateway has no key that opens what is saved in one (I17). */
import {
  deleteProfile,
  findProfile,
  listProfiles,
  putProfile,
  restoreProfile,
} from '#shared/adapters/database/profiles/profiles.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { MOST_PROFILES } from '#shared/api/contract/profiles/profiles.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import { VALUE_NAME } from '#shared/domain/flow/template.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid, validate } from '../http/input.ts';
import { type AcceptFlowDeps, answerUnderKey, createAcceptFlow } from '../runs/accept-flow.ts';
import { readLoginFlow, stepsOfCheck } from './login-steps.ts';
import { presentProfile } from './present.ts';

export const createListProfiles =
  (sql: Sql, hasVault: boolean): Handler<'listProfiles'> =>
  async ({ project }) => {
    if (!hasVault) throw new RequestError('no_vault');
    return { status: 200, body: (await listProfiles(sql, project.id)).map(presentProfile) };
  };

export const createPutProfile =
  (sql: Sql, hasVault: boolean): Handler<'putProfile'> =>
  async ({ actor, project, params: { name }, body: { check, login, maxAgeMs, ...settings }, ctx }) => {
    if (!hasVault) throw new RequestError('no_vault');
    if (!VALUE_NAME.test(name))
      throw invalid([{ path: ['name'], message: 'not_value_name' }], ctx.state.language);
    const given = {
      ...settings,
      name,
      checkUrl: check?.url ?? null,
      checkVisible: check?.visible ?? null,
      loginFlow: login?.flow ?? null,
      maxAgeMs: maxAgeMs ?? null,
    };
    const change = { projectId: project.id, by: actingOf(actor), ...given };
    const put = await putProfile(sql, change, MOST_PROFILES);
    if (typeof put === 'string') throw new RequestError(put);
    return { status: 200, body: presentProfile(put) };
  };

/** No profile has a name of another form. */
function nameIn({ name }: { name: string }): string {
  if (!VALUE_NAME.test(name)) throw new RequestError('not_found');
  return name;
}

export const createDeleteProfile =
  (sql: Sql): Handler<'deleteProfile'> =>
  async ({ actor, project, params }) => {
    const name = nameIn(params);
    const outcome = await deleteProfile(sql, { projectId: project.id, by: actingOf(actor), name });
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };

export const createRestoreProfile =
  (sql: Sql): Handler<'restoreProfile'> =>
  async ({ actor, project, params, body: { version }, ctx }) => {
    const name = nameIn(params);
    const change = { projectId: project.id, by: actingOf(actor), name, version };
    const restored = await restoreProfile(sql, change);
    if (restored === 'no_version')
      throw invalid([{ path: ['version'], message: 'no_such_saved_version' }], ctx.state.language);
    if (typeof restored === 'string') throw new RequestError(restored);
    return { status: 200, body: presentProfile(restored) };
  };

/** Starts its login flow as a run that begins logged out, ends with its check, and saves. */
export function createLogIn(deps: AcceptFlowDeps): Handler<'logIn'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { project, params, body: given, ctx } = call;
    const { language } = ctx.state;
    const asked = { logIn: params.name, project: project.id, ...given };
    const before = await answerUnderKey(sql, call, asked);
    if (before) return before;
    const profile = await findProfile(sql, project.id, nameIn(params));
    if (!profile) throw new RequestError('not_found');
    const login = await readLoginFlow(sql, project.id, profile);
    if ('path' in login) throw invalid([login], language);
    const { steps, ...flow } = login.body;
    const own = Array.isArray(steps) ? (steps as unknown[]) : [];
    const start = {
      ...flow,
      ...given,
      project: project.id,
      steps: [...own, ...stepsOfCheck(profile)],
      profile: { name: profile.name, apply: false, save: 'on_pass' },
    };
    const body = validate(startBody, start, language);
    return acceptFlow(call, body, { namedFlow: login.reference, asked });
  };
}
