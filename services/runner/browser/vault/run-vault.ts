/*
 * What one run opens of the vault. Keeps I17: its owner alone opens, for one step, at one origin, after that is in the record;
 * and I10: the run's redactor knows a value before it is given to the caller. Owns the names of what was used.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnedBy } from '#shared/adapters/database/owned-run.ts';
import {
  openSecret,
  type SealedSecret,
  takeCounter,
  usedByRun,
} from '#shared/adapters/database/secrets/opening.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { UsedSecret } from '#shared/domain/events/describer.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { kindNamedBy, type VaultName, vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, SealError } from '#shared/platform/seal/seal.ts';
import { SecretFailure, StepFailure } from '../errors.ts';
import { codeAt, periodOf, seedTextsOf } from './codes.ts';
import { untilDatabaseAnswers } from './database-retry.ts';
import type { RunSecrets } from './run-secrets.ts';
import { type SecretValue, secretValue } from './secret-value.ts';

/** A step of the run. */
export interface PlaceInRun {
  phase: StepPhase;
  index: number;
}

/** What a value is opened for. */
interface TypingAt {
  place: PlaceInRun;
  origin: string;
  signal: AbortSignal;
  /** How long the step may still take, ms. */
  left(): number;
}

/** What is typed for a name. */
export interface OpenedText {
  text: string;
  /** When it is not worth typing any more, as `performance.now()` counts; undefined: never. */
  until?: number;
}

export interface RunVault {
  readonly secrets: RunSecrets;
  /**
   * Makes known to the redactor what the run has used under earlier owners. Rejects with the reason of `abandoned` when that
   * is raised. @throws SecretFailure
   */
  recall(abandoned: AbortSignal): Promise<void>;
  /** The value of a name; a code once its time has begun. @throws SecretFailure, StepFailure */
  open(name: VaultName, at: TypingAt): Promise<OpenedText>;
  /** Whether this process may still act on the run. */
  mayAct(): boolean;
  /** What was opened for a step. */
  used(index: number, phase: StepPhase): UsedSecret[];
  /** The origins at which codes were opened. */
  readonly codeOrigins: ReadonlySet<string>;
}

export interface RunVaultOptions extends OwnedBy {
  projectId: string;
  flow: Flow;
  /** Where the sealed values are. */
  sql: Statements;
  /** What opens them; undefined: this runner has none. */
  keys: PrivateKeys | undefined;
  secrets: RunSecrets;
  mayAct(): boolean;
}

/** A code with less time left is not typed, s: the site has to get it in time. */
const LEAST_LEFT_S = 5;

export const createRunVault = (options: RunVaultOptions): RunVault => new Vault(options);

class Vault implements RunVault {
  readonly secrets: RunSecrets;
  readonly codeOrigins = new Set<string>();
  readonly mayAct: () => boolean;
  readonly #options: RunVaultOptions;
  readonly #owned: OwnedBy;
  readonly #uses = new Map<string, UsedSecret[]>();

  constructor(options: RunVaultOptions) {
    const { runId, owner, epoch } = options;
    this.secrets = options.secrets;
    this.mayAct = options.mayAct;
    this.#options = options;
    this.#owned = { runId, owner, epoch };
  }

  async open(name: VaultName, at: TypingAt): Promise<OpenedText> {
    const keys = this.#keys;
    const secret = await this.#opened(name, at);
    const value = await unseal(keys, secret);
    // What was sealed with the value counts: the row may have been changed.
    if (!secret.origins.includes(at.origin)) throw originRefused(name.name, at.origin, secret.origins);
    this.#learn(textsOf(value, [name]));
    if (value.kind !== 'totp') return { text: partOf(value, name) };
    this.codeOrigins.add(at.origin);
    return this.#code(secret.name, value.uri, at);
  }

  async recall(abandoned: AbortSignal): Promise<void> {
    const { sql, epoch, flow, runId, projectId } = this.#options;
    const names = epoch > 1 ? vaultReferencesOf(flow) : [];
    if (names.length === 0) return;
    for (const used of await untilDatabaseAnswers(abandoned, () => usedByRun(sql, runId, projectId))) {
      const value = await unseal(this.#keys, used);
      const codes = value.kind === 'totp' ? used.counters.map((one) => codeAt(value.uri, Number(one))) : [];
      const named = names.filter(({ name }) => name === used.name);
      this.#learn([...textsOf(value, named), ...codes]);
    }
  }

  used = (index: number, phase: StepPhase): UsedSecret[] => this.#uses.get(keyOf({ phase, index })) ?? [];

  get #keys(): PrivateKeys {
    const { keys } = this.#options;
    if (!keys) throw new SecretFailure('secret_unopened', NO_KEY);
    return keys;
  }

  /** Written down, and still sealed. */
  async #opened(name: VaultName, { place, origin, signal }: TypingAt): Promise<SealedSecret> {
    const { sql } = this.#options;
    const { phase, index: step } = place;
    const opening = { ...this.#owned, name: name.name, kind: kindNamedBy(name), phase, step, origin };
    const answer = await untilDatabaseAnswers(signal, () => openSecret(sql, opening));
    if ('refused' in answer) throw refusalOf(answer, name.name, origin);
    this.#note(place, { name: name.name, origin });
    return answer;
  }

  #note(place: PlaceInRun, used: UsedSecret): void {
    const known = this.used(place.index, place.phase);
    const isKnown = known.some(({ name, origin }) => name === used.name && origin === used.origin);
    if (!isKnown) this.#uses.set(keyOf(place), [...known, used]);
  }

  /** The next code that no run has had, once its time has begun. */
  async #code(name: string, uri: string, { signal, left }: TypingAt): Promise<OpenedText> {
    const period = periodOf(uri);
    const wanted = { ...this.#owned, name, period, leastLeft: LEAST_LEFT_S };
    let asked = 0;
    const taken = await untilDatabaseAnswers(signal, () => {
      asked = performance.now();
      return takeCounter(this.#options.sql, { ...wanted, within: left() / 1_000 });
    });
    if (taken === 'not_owned') throw new StepFailure(NOT_OWNED);
    if (taken === 'late') throw new SecretFailure('code_too_late', `${TOO_LATE}: each lasts ${period} s`);
    const { counter, now } = taken;
    const code = codeAt(uri, counter);
    this.#learn([code]);
    await delay(Math.max(0, (counter * period - now) * 1_000), undefined, { signal });
    return { text: code, until: asked + ((counter + 1) * period - now - LEAST_LEFT_S) * 1_000 };
  }

  #learn(values: readonly string[]): void {
    this.secrets.learn(values, { isMarked: true });
  }
}

async function unseal(keys: PrivateKeys, secret: SealedSecret): Promise<SecretValue> {
  try {
    return secretValue(secret.kind, await open(keys, secret, secret.sealed));
  } catch (error) {
    const why = error instanceof SealError ? error.message : 'it has another form than its kind';
    throw new SecretFailure('secret_unopened', `the secret ${secret.name} could not be opened: ${why}`);
  }
}

const keyOf = ({ phase, index }: PlaceInRun): string => `${phase} ${index}`;

const TOO_LATE = 'the next code that no run has had begins after the time of the step';
const NO_KEY = 'this runner has no key of the vault: its operator has to set GHOSTLY_SEAL_KEY';
const NOT_OWNED = 'another runner has the run';

function refusalOf(
  answer: Extract<Awaited<ReturnType<typeof openSecret>>, { refused: string }>,
  name: string,
  origin: string,
): StepFailure {
  switch (answer.refused) {
    case 'origin':
      return originRefused(name, origin, answer.origins);
    case 'missing':
      return new SecretFailure('secret_missing', `there is no secret ${name} of this kind any more`);
    case 'forbidden':
      return new SecretFailure(
        'secret_forbidden',
        'the user of the run may not use secrets of the project any more',
      );
    case 'not_owned':
      return new StepFailure(NOT_OWNED);
  }
}

const originRefused = (name: string, origin: string, origins: readonly string[]): SecretFailure =>
  new SecretFailure(
    'secret_origin_refused',
    `the secret ${name} may not be typed at ${origin}, only at ${origins.join(', ')}`,
  );

/** What of a value is typed for a name of its kind; of a code, not the seed. */
const partOf = (value: Exclude<SecretValue, { kind: 'totp' }>, { field }: VaultName): string =>
  value.kind === 'text' ? value.value : value[field ?? 'password'];

/** The texts that give away what these names mean of a value. */
const textsOf = (value: SecretValue, names: readonly VaultName[]): string[] =>
  value.kind === 'totp' ? seedTextsOf(value.uri) : names.map((name) => partOf(value, name));
