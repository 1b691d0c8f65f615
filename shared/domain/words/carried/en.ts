/* What is said of a run that begins at a page of another one, in English. */
import type { Carries, WHY_NOT_CARRIED } from '#shared/domain/run/not-carried.ts';

export const englishCarried = {
  from: (run: string, step: number, list: string) =>
    `begins with step ${step} at the page of ${run}; not carried over: ${list}`,
  what: {
    form_fields: 'what was typed into forms and not sent',
    page_memory: 'what its scripts keep in memory',
    other_pages: 'other windows',
    cookies: 'cookies',
    local_storage: 'local storage',
    indexed_db: 'IndexedDB',
    session_storage: 'session storage',
    other_origins: 'storage of other sites',
    address: 'the address, which is none of the web',
  } satisfies Record<Carries, string>,
  why: {
    too_large: 'too large',
    no_answer: 'no answer in time',
    failed: 'could not be taken',
  } satisfies Record<Exclude<(typeof WHY_NOT_CARRIED)[number], 'never'>, string>,
};
export type WordsOfCarried = typeof englishCarried;
