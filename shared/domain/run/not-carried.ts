/** What a run that begins at a page of another one may lack of it. */
const CARRIES = [
  'form_fields',
  'page_memory',
  'other_pages',
  'cookies',
  'local_storage',
  'indexed_db',
  'session_storage',
  'other_origins',
  'address',
] as const;
export type Carries = (typeof CARRIES)[number];

/** `never`: nothing keeps it. */
export const WHY_NOT_CARRIED = ['never', 'too_large', 'no_answer', 'failed'] as const;

export interface NotCarried {
  what: Carries;
  why: (typeof WHY_NOT_CARRIED)[number];
}

/** What no state of a page has. */
export const NEVER_CARRIED: readonly NotCarried[] = [
  { what: 'form_fields', why: 'never' },
  { what: 'page_memory', why: 'never' },
];

/** Where a run begins that is forked off another one. */
export interface ForkPoint {
  runId: string;
  /** The step from which it goes on, from 0. */
  step: number;
}
