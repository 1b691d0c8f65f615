/** The longest reason of a cancel, in UTF-16 units, as the contract has it. */
export const REASON_LIMIT = 1_000;
