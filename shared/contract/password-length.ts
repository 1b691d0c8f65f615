/** Length of a new password, in UTF-16 units. */
export const PASSWORD_LENGTH = { min: 8, max: 1_024 } as const;
