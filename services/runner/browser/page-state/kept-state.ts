/*
 * What a run needs to go on elsewhere, as it is kept: its page, and what its steps go by. In clear only in the process of its
 * owner (I10).
 */
import type { PageStateOf } from '#shared/adapters/database/entities/runs.ts';
import type { PageStateKind } from '#shared/adapters/database/runs/page-states.ts';
import { isFields } from '#shared/platform/json/fields.ts';
import type { PrivateKeys, PublicKeys } from '#shared/platform/seal/keys.ts';
import { open, SealError, type SealedPlace, seal } from '#shared/platform/seal/seal.ts';
import { SecretFailure } from '../errors.ts';
import type { FoundResult } from '../results/step-values.ts';
import type { SecretMemory } from '../vault/run-secrets.ts';
import type { PageState } from './page-state.ts';

/** What the steps of a run go by, besides its flow. */
interface RunMemory extends SecretMemory {
  results: FoundResult[];
  /** What people have answered, by the names of the fields. */
  answers: Record<string, unknown>;
  /** It is logged in with its profile, so that it leaves out the steps that log in. */
  isLoggedIn?: true;
}

export interface KeptState {
  page: PageState;
  memory: RunMemory;
}

interface Place extends PageStateOf {
  projectId: string;
  kind: PageStateKind;
}

/** It opens only as what it was kept for, of one attempt of a run after so many of its steps. */
const sealedAt = ({ projectId, kind, runId, attempt, done }: Place): SealedPlace => ({
  projectId,
  kind: 'page-state',
  name: `${kind} ${runId} ${attempt} ${done}`,
  version: 1,
  origins: [],
});

export const sealState = (keys: PublicKeys, place: Place, state: KeptState): Promise<string> =>
  seal(keys, sealedAt(place), state);

/** `sealed`: undefined if it is not kept any more. @throws SecretFailure */
export async function openState(
  keys: PrivateKeys | undefined,
  place: Place,
  sealed: string | undefined,
): Promise<KeptState> {
  if (sealed === undefined) throw failure('it is not kept any more');
  if (!keys) throw failure('this runner has no key: its operator has to set GHOSTLY_SEAL_KEY');
  const opened = await open(keys, sealedAt(place), sealed).catch((error: unknown) => {
    throw failure(error instanceof SealError ? error.message : 'it could not be read');
  });
  if (!isState(opened)) throw failure('it has another form');
  return opened;
}

const isState = (opened: unknown): opened is KeptState =>
  isFields(opened) && isFields(opened.page) && isFields(opened.memory);

const failure = (why: string): SecretFailure =>
  new SecretFailure(
    'secret_unopened',
    `the state of the page that the run begins with cannot be opened: ${why}`,
  );
