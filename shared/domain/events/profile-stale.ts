/** Why the login of a profile does not last. */
export const PROFILE_STALE_WHY = ['empty', 'too_old', 'not_visible', 'not_loaded'] as const;
export type ProfileStaleWhy = (typeof PROFILE_STALE_WHY)[number];
