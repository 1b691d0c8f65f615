/*
 * The login of one run: it begins with what its profile has, if that lasts, and keeps its own. Owns which version was kept; that
 * counts with the commit by which the run has passed, so that no cancel and no kill changes the profile.
 */

import type { OwnedBy } from '#shared/adapters/database/owned-run.ts';
import {
  keepLogin,
  type LoginRefusal,
  noteCheck,
  type RunProfile,
  readRunProfile,
  takeVersion,
} from '#shared/adapters/database/profiles/run-login.ts';
import type { SavedLogin } from '#shared/adapters/database/runs/transition.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { Login, LoginOfRun, Notice } from '#shared/domain/events/describer.ts';
import type { Payload } from '#shared/domain/events/events.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { ProfileUse } from '#shared/domain/flow/profile.ts';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { ProfileStale, SecretFailure, StepFailure } from '../../browser/errors.ts';
import type { PerformedStep } from '../../browser/page/perform.ts';
import type { KeptState } from '../../browser/page-state/kept-state.ts';
import type { CapturedPage, CaptureLimits, PageState } from '../../browser/page-state/page-state.ts';
import { loginOf, openLogin, originsOf, sealLogin } from '../../browser/profile/sealed-login.ts';
import type { RunBrowser } from '../../browser/run-browser.ts';
import { untilDatabaseAnswers } from '../../browser/vault/database-retry.ts';
import type { RunSecrets } from '../../browser/vault/run-secrets.ts';

/** What is kept of a login, at most. */
const KEPT: CaptureLimits = { ms: 5_000, bytes: 4 * 2 ** 20, otherOrigins: 8 };
/** How long a run waits for it, ms. */
const KEEP_WAIT_MS = 10_000;

interface RunLoginOptions extends OwnedBy {
  use: ProfileUse;
  projectId: string;
  /** What logs in are the first of its steps; a person may edit them. */
  flow: Pick<Flow, 'login' | 'steps'>;
  secrets: RunSecrets;
  /** The run goes on after so many steps: the last of them has not failed it. */
  goesOn(done: number): boolean;
  sql: Statements;
  keys: PrivateKeys | undefined;
  log: Pick<Log, 'warn'>;
  /** Undefined while there is no page. */
  capture(limits: CaptureLimits): Promise<CapturedPage | undefined>;
}

export interface RunLogin extends Readonly<LoginOfRun> {
  /** What the run begins with, unless that is a page that was kept. @throws ProfileStale; SecretFailure */
  begin(abandoned: AbortSignal, carried: KeptState | undefined): Promise<PageState | undefined>;
  /** Looks whether it lasts, on the page of the run. @throws ProfileStale */
  entered(browser: Pick<RunBrowser, 'checkLogin'>, signal: AbortSignal): Promise<void>;
  /** What becomes of a step that logs in, if it is logged in: it is done without an action. */
  leftOut(index: number): PerformedStep | undefined;
  /** Resolves when the login after all steps is kept, or will not be. Never rejects. */
  keep(done: number): Promise<void>;
  /** It has a virtual authenticator. */
  readonly passkeys: boolean;
  /** It began logged in, and is as far as it knows. */
  readonly isLoggedIn: boolean;
  /** The version that was kept. */
  readonly saved: (SavedLogin & Pick<Payload<'profile_saved'>, 'name'>) | undefined;
}

export const createRunLogin = (options: RunLoginOptions): RunLogin => new Implementation(options);

class Implementation implements RunLogin {
  begun: Login | undefined;
  saved: RunLogin['saved'];
  notSaved: Notice | undefined;
  isLoggedIn = false;
  readonly #options: RunLoginOptions;
  #profile: RunProfile | undefined;

  constructor(options: RunLoginOptions) {
    this.#options = options;
  }

  get passkeys(): boolean {
    return this.#profile?.passkeys === true;
  }

  async begin(abandoned: AbortSignal, carried: KeptState | undefined): Promise<PageState | undefined> {
    const { sql, use, projectId, keys, secrets } = this.#options;
    const { name } = use;
    const profile = await untilDatabaseAnswers(abandoned, () => readRunProfile(sql, this.#owned, name));
    if (typeof profile === 'string') {
      if (carried && profile === 'missing') return undefined;
      throw refusal(profile, name);
    }
    this.#profile = profile;
    const { saved } = profile;
    this.isLoggedIn = carried?.memory.isLoggedIn === true;
    if (carried || !use.apply) return undefined;
    if (!saved || saved.isTooOld) return this.#stale(saved ? 'too_old' : 'empty', saved?.version);
    const { version, origins, ageMs } = saved;
    const { page, ...memory } = await openLogin(keys, { projectId, name, version, origins }, saved.sealed);
    secrets.recall(memory);
    this.isLoggedIn = true;
    this.begun = { applied: { name, version, ageMs, origins } };
    return page;
  }

  async entered(browser: Pick<RunBrowser, 'checkLogin'>, signal: AbortSignal): Promise<void> {
    const { id: profileId, check, saved } = this.#profile ?? {};
    if (!this.begun || !('applied' in this.begun) || !profileId || !check || !saved) return;
    const why = await browser.checkLogin(check, signal);
    const { sql } = this.#options;
    const { version } = saved;
    await untilDatabaseAnswers(signal, () => noteCheck(sql, { profileId, version, why }));
    if (why) this.#stale(why, version);
  }

  leftOut(index: number): PerformedStep | undefined {
    const { login = [], steps } = this.#options.flow;
    const isLeftOut = this.isLoggedIn && index < login.length;
    return isLeftOut ? { index, action: steps[index]!.action, ok: true, skipped: true } : undefined;
  }

  async keep(done: number): Promise<void> {
    const { use, flow, goesOn, log } = this.#options;
    if (use.save !== 'on_pass' || done < flow.steps.length || !goesOn(done)) return;
    this.saved = undefined;
    let why = 'it took too long';
    const keeping = this.#keep().catch((error: unknown) => {
      why = 'it could not be stored';
      log.warn({ err: error }, 'the login of a run could not be kept');
      return undefined;
    });
    const isOver = await settlesWithin(keeping, KEEP_WAIT_MS);
    const kept = isOver ? await keeping : undefined;
    if (kept && 'version' in kept) {
      this.saved = kept;
      this.notSaved = undefined;
      return;
    }
    this.notSaved = notSaved(use.name, kept?.why ?? why);
  }

  get #owned(): OwnedBy {
    const { runId, owner, epoch } = this.#options;
    return { runId, owner, epoch };
  }

  async #keep(): Promise<Required<RunLogin>['saved'] | { why: string } | undefined> {
    const { sql, keys, use, projectId, secrets, capture } = this.#options;
    const { name } = use;
    const profile = this.#profile;
    if (!profile) return { why: 'there is no such profile any more' };
    if (!keys) return { why: 'this runner has no key of the vault (GHOSTLY_SEAL_KEY)' };
    const captured = await capture({ ...KEPT, passkeys: profile.passkeys });
    if (!captured) return { why: 'its page was gone' };
    const lacks = captured.notCarried.filter(isOfLogin);
    if (lacks.length > 0) return { why: `it lacks ${listOf(lacks)}` };
    const version = await takeVersion(sql, this.#owned, profile.id);
    if (version === undefined) return { why: 'there is no such profile any more' };
    const login = loginOf(captured.page);
    const origins = originsOf(login);
    const { learned, hasTyped } = secrets;
    const kept = { page: login, secrets: learned, hasTyped };
    const sealed = await sealLogin(keys, { projectId, name, version, origins }, kept);
    const cookies = login.storage.cookies.length;
    const keeping = {
      ...this.#owned,
      profileId: profile.id,
      version,
      sealed,
      kid: keys.first.kid,
      origins,
      cookies,
    };
    return (await keepLogin(sql, keeping)) ? { name, profileId: profile.id, version } : undefined;
  }

  #stale(why: Payload<'profile_stale'>['why'], version: number | undefined): undefined {
    const { name, ifStale } = this.#options.use;
    this.isLoggedIn = false;
    this.begun = { stale: { name, why, ...(version !== undefined && { version }) } };
    if (ifStale === 'fail')
      throw new ProfileStale(englishWords.profile.stale(name, englishWords.profile.why[why]));
  }
}

/** Part of a login; what is never carried is none. */
const isOfLogin = ({ what, why }: NotCarried): boolean => why !== 'never' && what !== 'address';

const listOf = (lacks: readonly NotCarried[]): string =>
  lacks.map(({ what }) => englishWords.carried.what[what]).join(', ');

const notSaved = (name: string, why: string): Notice => ({
  code: 'login_not_saved',
  text: `the login is not saved in the profile ${name}: ${why}`,
});

function refusal(why: LoginRefusal, name: string): Error {
  switch (why) {
    case 'not_owned':
      return new StepFailure('another runner has the run');
    case 'forbidden':
      return new SecretFailure(
        'secret_forbidden',
        'the user of the run may not use secrets and logins of the project any more',
      );
    case 'missing':
      return new ProfileStale(`there is no profile ${name} any more`);
  }
}
