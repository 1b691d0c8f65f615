/* What is said of a run that begins logged in, or keeps its login, in English. */
import type { ProfileStaleWhy } from '#shared/domain/events/profile-stale.ts';

export const englishProfile = {
  applied: (name: string, version: number, age: string) =>
    `logged in with version ${version} of the profile ${name}, which is ${age} old`,
  stale: (name: string, why: string) => `the login of the profile ${name} does not last: ${why}`,
  why: {
    empty: 'nothing is saved',
    too_old: 'it is older than it may be',
    not_visible: 'what should be visible is not',
    not_loaded: 'the page of its check did not load',
  } satisfies Record<ProfileStaleWhy, string>,
  saved: (name: string, version: number) => `the login is version ${version} of the profile ${name} now`,
};
export type WordsOfProfile = typeof englishProfile;
