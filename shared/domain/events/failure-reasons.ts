import { textsOf } from './codes.ts';

/** What may keep a step from being done in its time: every code, and how the step's error says it. */
export const FAILURE_REASONS = textsOf({
  page_busy: 'the page did not answer: its script was busy',
  page_silent: 'the page did not answer',
  page_unanswered: 'the server of the page did not answer',
  page_stalled: 'the answer of the server began, and did not end',
  page_crashed: 'the process of the page crashed',
  element_missing: 'no element matches the selector',
  element_search: 'the search for the selector took too long',
  element_covered: 'another element covers it',
  element_outside: 'the element is outside of the viewport',
  element_hidden: 'the element is not visible',
  element_disabled: 'the element is not enabled',
  element_read_only: 'the element is not editable',
  element_moving: 'the element does not stop moving',
  element_removed: 'the element was removed',
  element_unready: 'the element did not become ready',
  option_missing: 'it has no such option',
  option_disabled: 'the option is not enabled',
  secret_origin_refused: 'the secret may not be typed at this origin',
  secret_missing: 'the vault of the project has no such secret',
  secret_forbidden: 'the user of the run may not use secrets of the project',
  secret_unopened: 'the secret could not be opened',
  values_unread:
    'the values of fields of a page into which a secret was typed are not read until it is loaded anew',
  selector_of_values: 'once a secret was typed, no selector may look at the values of fields',
  unanswered: 'nobody answered in time',
  code_too_late: 'the next free code begins after the time of the step',
});
export type FailureReason = keyof typeof FAILURE_REASONS;
