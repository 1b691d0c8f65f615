/** How much of each a user may have, and a project; without a number, any. */
export interface AccountLimits {
  /** Projects that a user owns when it makes another one. */
  projects?: number | undefined;
  /** Projects that a user is in, its own included. */
  memberships?: number | undefined;
  /** Users in one project. */
  members?: number | undefined;
  keys?: number | undefined;
  /** Invitations that a user has sent and that wait for an answer. */
  userInvitations?: number | undefined;
  /** Those that wait into one project. */
  projectInvitations?: number | undefined;
}

/** SQL: whether there are as many rows as `limit`, a parameter, or more; they are read no further. False if it is null. */
export const reaches = (rows: string, limit: string): string =>
  `coalesce((select count(*) from (select from ${rows} limit ${limit}) as counted) >= ${limit}::int, false)`;
