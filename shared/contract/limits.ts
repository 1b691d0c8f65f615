/* Limits of the contract that pages check, too; without schemas, which they load later. */

/** The longest reason of a cancel, in UTF-16 units. */
export const REASON_LIMIT = 1_000;
