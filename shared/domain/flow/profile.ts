import { z } from 'zod';
import { VALUE_NAME } from './template.ts';

const use = z
  .strictObject({
    name: z.string().regex(VALUE_NAME, 'not_value_name').describe('Of a login profile of the project.'),
    apply: z
      .boolean()
      .default(true)
      .describe('`false`: the run begins logged out, as one that logs in and saves that does.'),
    save: z
      .enum(['never', 'on_pass'])
      .default('never')
      .describe('`on_pass`: once the run has passed, its login is the next version of the profile.'),
    lock: z
      .enum(['shared', 'exclusive'])
      .optional()
      .describe(
        '`exclusive`: runs with the profile come one after the other, by the `concurrencyKey` `profile:` and its name. A run that saves is always exclusive; any other is `shared` by default.',
      ),
    ifStale: z
      .enum(['fail', 'login'])
      .default('fail')
      .describe(
        'What happens if the login does not last any more: the run fails with `stopReason: "profile_stale"`, or it begins with the login flow of the profile.',
      ),
  })
  .refine(({ save, lock }) => save === 'never' || lock !== 'shared', {
    path: ['lock'],
    message: 'save_is_exclusive',
  });
type ProfileUseShape = typeof use;
/** A name for declarations, as `StepSchema` is. */
export interface ProfileUseSchema extends ProfileUseShape {}
/** The login with which a run begins, and what becomes of it. */
export const profileUse: ProfileUseSchema = use;
export type ProfileUse = z.output<ProfileUseSchema>;

export const isExclusive = ({ save, lock }: Pick<ProfileUse, 'save' | 'lock'>): boolean =>
  save === 'on_pass' || lock === 'exclusive';

/** The concurrency key of a run that has its profile to itself. */
export const keyOfProfile = (name: string): string => `profile:${name}`;
