/** By which people tell runs apart: the end of a run's id, as ids of runs that were started together begin alike. */
export const shortId = (runId: string): string => runId.slice(-8);
