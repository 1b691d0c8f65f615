/* What is said of what a page said, in English. What stands in braces is put in, by `say-page.ts`. */
import type { LookedFor, WhyMissing } from '#shared/domain/events/last-look.ts';
import type { Said, SaidKind } from '#shared/domain/events/said.ts';

export const englishSaid = {
  kinds: {
    navigation: 'Document {url}: {answer}',
    request: '{method} {url}: {answer}',
    console: 'Console: {text}',
    error: 'Uncaught: {text}',
    dialog: '{asked}{text}: {reply}',
    popup: 'Opened a page: {url}',
    crash: 'The page crashed.',
    download: 'Download {name}: {fate}',
    more: 'And {count} more that were not kept.',
  } satisfies Record<SaidKind, string>,
  noAnswer: 'no answer',
  pending: (time: string) => `no answer for ${time}`,
  took: (time: string) => `after ${time}`,
  replies: { accepted: 'accepted', dismissed: 'dismissed' } satisfies Record<
    NonNullable<Said['answer']>,
    string
  >,
  typed: 'answered with "{text}"',
  refused: (why: string) => `not kept: ${why}`,
  times: (count: number) => `${count} times`,
  lastLook: {
    at: 'Last seen: {title} {url}',
    missing: (what: string, why: string) => `No ${what}: ${why}.`,
    what: { picture: 'picture', tree: 'accessibility tree', title: 'title' } satisfies Record<
      LookedFor,
      string
    >,
    why: {
      forced: 'a cancel by force waits for nothing',
      gone: 'the page was gone',
      late: 'the page gave none in time',
      too_large: 'it was too large',
      unstored: 'it could not be stored',
    } satisfies Record<WhyMissing, string>,
  },
};
export type SaidWords = typeof englishSaid;
