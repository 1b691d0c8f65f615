/** SQL: whether there are as many rows as `limit`, a parameter, or more; they are read no further. False if it is null. */
export const reaches = (rows: string, limit: string): string =>
  `coalesce((select count(*) from (select from ${rows} limit ${limit}) as counted) >= ${limit}::int, false)`;
