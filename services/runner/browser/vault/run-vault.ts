/*
 * What one run opens of the vault. Keeps I17: its owner alone opens, for one step, at one origin, after that is in the record;
 * and I10: the run's redactor knows a value before it is given to the caller. Owns the names of what was used.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import {
  type OwnedBy,
  openSecret,
  type SealedSecret,
  takeCounter,
  usedByRun,
} from '#shared/adapters/database/secrets/opening.ts';
import type { Statements } from '#shared/adapters/database/sql.ts';
import type { UsedSecret } from '#shared/domain/events/between.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { kindNamedBy, type VaultName, vaultReferencesOf } from '#shared/domain/flow/vault.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import type { PrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, SealError } from '#shared/platform/seal/seal.ts';
import { SecretFailure, StepFailure } from '../errors.ts';
import { codeAt, periodOf, seedTextsOf } from './codes.ts';
import type { RunSecrets } from './run-secrets.ts';
import { type SecretValue, secretValue } from './secret-value.ts';

/** A step of the run. */
export interface StepPlace {
  phase: StepPhase;
  index: number;
}

/** What a value is opened for. */
export interface TypingAt {
  place: StepPlace;
  origin: string;
  signal: AbortSignal;
  /** How long the step may still take, ms. */
  left(): number;
}

export interface RunVault {
  readonly secrets: RunSecrets;
  /** Makes known to the redactor what the run has used under earlier owners. */
  recall(): Promise<void>;
  /** The value of a name; a code once its time has begun. @throws SecretFailure, StepFailure */
  open(name: VaultName, at: TypingAt): Promise<string>;
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
  /** Where the sealed values are, and what opens them. Undefined: this runner has no keys. */
  source: { sql: Statements; keys: PrivateKeys } | undefined;
  secrets: RunSecrets;
  mayAct(): boolean;
}

/** A code with less time left is not typed, s: the site has to get it in time. */
const LEAST_LEFT_S = 5;
const RETRY_MS = 100;

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

  async open(name: VaultName, at: TypingAt): Promise<string> {
    const secret = await this.#opened(name, at);
    const value = await this.#unseal(secret, at.origin);
    await this.#learn(textsOf(value, [name]));
    if (value.kind !== 'totp') return partOf(value, name);
    this.codeOrigins.add(at.origin);
    return this.#code(secret.id, value.uri, at);
  }

  async recall(): Promise<void> {
    const { epoch, flow, runId, projectId } = this.#options;
    const names = epoch > 1 ? vaultReferencesOf(flow) : [];
    if (names.length === 0) return;
    for (const used of await usedByRun(this.#source.sql, runId, projectId)) {
      const value = await this.#unseal(used);
      const codes = value.kind === 'totp' ? used.counters.map((one) => codeAt(value.uri, Number(one))) : [];
      const named = names.filter(({ name }) => name === used.name);
      await this.#learn([...textsOf(value, named), ...codes]);
    }
  }

  used = (index: number, phase: StepPhase): UsedSecret[] => this.#uses.get(keyOf({ phase, index })) ?? [];

  get #source(): NonNullable<RunVaultOptions['source']> {
    const { source } = this.#options;
    if (!source) throw new SecretFailure('secret_unopened', NO_KEY);
    return source;
  }

  /** Written down, and still sealed. */
  async #opened(name: VaultName, { place, origin, signal }: TypingAt): Promise<SealedSecret> {
    const { sql } = this.#source;
    const { phase, index: step } = place;
    const opening = { ...this.#owned, name: name.name, kind: kindNamedBy(name), phase, step, origin };
    const answer = await whenAnswered(signal, () => openSecret(sql, opening));
    if ('refused' in answer) throw refusalOf(answer, name.name, origin);
    this.#note(place, { name: name.name, origin });
    return answer;
  }

  /** `at`: the origin where it is to be typed; the seal knows those too. */
  async #unseal(secret: SealedSecret, at?: string): Promise<SecretValue> {
    const { projectId: p, kind: k, name: n, version: v, sealed } = secret;
    const { keys } = this.#source;
    try {
      return secretValue(k, await open(keys, { p, k, n, v }, sealed, at));
    } catch (error) {
      const why = error instanceof SealError ? error.message : 'it has another form than its kind';
      throw new SecretFailure('secret_unopened', `the secret ${n} could not be opened: ${why}`);
    }
  }

  #note(place: StepPlace, used: UsedSecret): void {
    const known = this.used(place.index, place.phase);
    const isKnown = known.some(({ name, origin }) => name === used.name && origin === used.origin);
    if (!isKnown) this.#uses.set(keyOf(place), [...known, used]);
  }

  /** The next code that no run has had, once its time has begun. */
  async #code(secretId: string, uri: string, { signal, left }: TypingAt): Promise<string> {
    const period = periodOf(uri);
    const wanted = { ...this.#owned, secretId, period, leastLeft: LEAST_LEFT_S };
    const taken = await whenAnswered(signal, () =>
      takeCounter(this.#source.sql, { ...wanted, within: left() / 1_000 }),
    );
    if (taken === 'not_owned') throw new StepFailure(NOT_OWNED);
    if (taken === 'late') throw new SecretFailure('code_too_late', `${TOO_LATE}: each lasts ${period} s`);
    const { counter, now } = taken;
    const code = codeAt(uri, counter);
    await this.#learn([code]);
    await delay(Math.max(0, (counter * period - now) * 1_000), undefined, { signal });
    return code;
  }

  #learn(values: readonly string[]): Promise<void> {
    return this.secrets.learn(values, { isMarked: true });
  }
}

const keyOf = ({ phase, index }: StepPlace): string => `${phase} ${index}`;

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
      return new SecretFailure(
        'secret_origin_refused',
        `the secret ${name} may not be typed at ${origin}, only at ${answer.origins.join(', ')}`,
      );
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

/** What of a value is typed for a name of its kind; of a code, not the seed. */
const partOf = (value: Exclude<SecretValue, { kind: 'totp' }>, { field }: VaultName): string =>
  value.kind === 'text' ? value.value : value[field ?? 'password'];

/** The texts that give away what these names mean of a value. */
const textsOf = (value: SecretValue, names: readonly VaultName[]): string[] =>
  value.kind === 'totp' ? seedTextsOf(value.uri) : names.map((name) => partOf(value, name));

/** A database that is away for a moment fails no step that has the time. */
async function whenAnswered<Answer>(signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      await delay(RETRY_MS, undefined, { signal });
    }
  }
}
