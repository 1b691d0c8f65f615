/** What people tell runs apart by: the end of a run's id, as ids of one day begin alike. */
export const shortId = (runId: string): string => runId.slice(-8);

/** Whether `text` has the form of a short id. */
export const isShortId = (text: string): boolean => /^[0-9a-f]{8}$/i.test(text);
