/** No count of runs goes beyond it. */
export const MOST_COUNTED = 1_000;
