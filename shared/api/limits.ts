/* Limits of the contract that pages check, too; without schemas, which they load later. */

/** The longest reason of a cancel, in UTF-16 units. */
export const REASON_LIMIT = 1_000;

/** No count of runs goes beyond it. */
export const MOST_COUNTED = 1_000;

/** Length of a new password, in UTF-16 units. */
export const PASSWORD_LENGTH = { min: 8, max: 1_024 } as const;
