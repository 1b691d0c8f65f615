/** SQL: a step of a stored flow, by its index among those that are executed: what logs in comes first. */
export const planStep = (plan: string, index: string): string =>
  `((coalesce(${plan}::jsonb -> 'login', '[]') || (${plan}::jsonb -> 'steps')) -> (${index}))`;
