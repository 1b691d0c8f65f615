/** What a runner's labels may look like, and how many of them it may have, and a run may ask for. */
const LABEL = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/;
export const MOST_LABELS = 6;
export const LONGEST_LABEL = 63;

export const isLabel = (text: string): boolean => LABEL.test(text);

/** Sorted, each once: so that the same labels are the same list. */
export const sortedLabels = (labels: readonly string[]): string[] => [...new Set(labels)].sort();
