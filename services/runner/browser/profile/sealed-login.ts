/* A login as it is kept: in clear only in the process of the owner of a run that has it (I10). */
import { isFields } from '#shared/platform/json/fields.ts';
import type { PrivateKeys, PublicKeys } from '#shared/platform/seal/keys.ts';
import { open, SealError, type SealedPlace, seal } from '#shared/platform/seal/seal.ts';
import { SecretFailure } from '../errors.ts';
import type { PageState } from '../page-state/page-state.ts';
import type { SecretMemory } from '../vault/run-secrets.ts';

export interface LoginPlace {
  projectId: string;
  /** The profile's. */
  name: string;
  version: number;
  origins: readonly string[];
}

/** It opens only as this version of this profile. */
const sealedAt = (place: LoginPlace): SealedPlace => ({ ...place, kind: 'profile' });

/** The storage of a page, and what has to be hidden there. */
export interface SealedLogin extends SecretMemory {
  page: PageState;
}

export const sealLogin = (keys: PublicKeys, place: LoginPlace, login: SealedLogin): Promise<string> =>
  seal(keys, sealedAt(place), login);

/** @throws SecretFailure */
export async function openLogin(
  keys: PrivateKeys | undefined,
  place: LoginPlace,
  sealed: string,
): Promise<SealedLogin> {
  if (!keys) throw failure(place, 'this runner has no key: its operator has to set GHOSTLY_SEAL_KEY');
  const opened = await open(keys, sealedAt(place), sealed).catch((error: unknown) => {
    throw failure(place, error instanceof SealError ? error.message : 'it could not be read');
  });
  if (!isFields(opened) || !isFields(opened.page)) throw failure(place, 'it has another form');
  return opened as unknown as SealedLogin;
}

const failure = ({ name, version }: LoginPlace, why: string): SecretFailure =>
  new SecretFailure('secret_unopened', `version ${version} of the profile ${name} cannot be opened: ${why}`);

/** What of a page is a login: all of its storage, without the address. */
export const loginOf = ({ url, storage, session }: PageState): PageState => ({
  storage,
  ...(session && url !== undefined && { session, sessionOrigin: new URL(url).origin }),
});

/** The origins for which it has anything, as browsers write them; a cookie is of its domain. */
export function originsOf({ storage, sessionOrigin }: PageState): string[] {
  const ofCookies = storage.cookies.map(({ domain, secure }) => {
    const host = domain.replace(/^\./, '');
    return `${secure ? 'https' : 'http'}://${host}`;
  });
  const ofStorage = storage.origins.map(({ origin }) => origin);
  const all = [...ofStorage, ...(sessionOrigin === undefined ? [] : [sessionOrigin]), ...ofCookies];
  return [...new Set(all)].toSorted().slice(0, MOST_ORIGINS);
}

const MOST_ORIGINS = 100;
