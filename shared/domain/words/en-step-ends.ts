/* What is said of a step that failed, in English. What stands in braces is put in, by `say-step-end.ts`. */
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';

export const englishHints = {
  page_busy: 'Look for what the page’s own script was doing: it left time for nothing else.',
  page_silent: 'Look for what kept the machine of the runner busy, or the page, other than its script.',
  page_unanswered: 'Look for why that server is slow, or give the step more time.',
  page_stalled: 'Look for why that server does not end its answer, or give the step more time.',
  page_crashed: 'Look for what takes much memory on the page.',
  element_missing: 'Compare the selector with the page as it was then.',
  element_search: 'Name the element by its id, or give the step more time.',
  element_covered: 'Look for what lies over it, such as a banner or a dialog.',
  element_outside: 'Look for what has to be scrolled or opened first.',
  element_hidden: 'Look for what has to be opened first.',
  element_disabled: 'Look for what the page requires first.',
  element_read_only: 'Look for what the page requires first.',
  element_moving: 'Look for what moves or loads on the page.',
  element_removed: 'Look for what the page redraws.',
  element_unready: 'Look for what moves or loads on the page.',
  option_missing: 'Compare the option with those of the page.',
  option_disabled: 'Look for what the page requires first.',
  secret_origin_refused: 'Compare the address of the page, or of its frame, with the origins of the secret.',
  secret_missing: 'Look for whether it was deleted, or replaced by one of another kind.',
  secret_forbidden: 'Look for whether the user still has a role in the project.',
  secret_unopened: 'Ask the operator of Ghostly for the keys of its vault.',
  values_unread: 'Look at what the page shows of it instead, or open the page anew before.',
  selector_of_values: 'Name the element by its id, its role or its label.',
  unanswered: 'Give people more time, or let the run go on without an answer.',
  code_too_late: 'Give the step more time, or start fewer runs with the same codes at once.',
} satisfies Record<FailureReason, string>;

export const englishStepEnds = {
  /** Instead of that it failed, for some reasons. */
  sentences: {
    element_missing: '{place} found no element for {selector} in {within}.',
    element_covered: '{step} failed after {took}: {cover} covered its element.',
    page_unanswered: '{step} had no answer from the server in {within}.',
    unanswered: '{step}: nobody answered in {within}.',
    page_stalled: '{step}: the answer of the server had begun, and had not ended in {within}.',
  } satisfies Partial<Record<FailureReason, string>> as Partial<Record<FailureReason, string>>,
  place: (number: number) => `Step ${number}`,
  cleanupPlace: (number: number) => `onCancel step ${number}`,
  httpStatus: 'The server had answered the page with {status}.',
  documents: 'The page was loaded {documents} times in the last 10 s.',
  hanging: '{request} had not been answered for {ago}.',
  unended: 'The answer to {request} had not ended after {ago}.',
  nearest: 'There is {nearest}.',
  or: ' or ',
};
export type StepEndWords = typeof englishStepEnds;
