/** The id of the heading of a result on the page. */
export const resultId = (name: string): string => `result-${name}`;

/** The id of the heading of all results. */
export const RESULTS_ID = 'results-title';

/** Leads to a result, if it is there by now. */
export const showResult = (name: string): void => show(resultId(name), 'center');

export const showResults = (): void => show(RESULTS_ID, 'start');

function show(id: string, block: ScrollLogicalPosition): void {
  const heading = document.getElementById(id);
  heading?.scrollIntoView({ block });
  heading?.focus({ preventScroll: true });
}
