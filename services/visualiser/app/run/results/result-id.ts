/** The id of the heading of a result on the page. */
export const resultId = (name: string): string => `result-${name}`;

/** Leads to a result, if it is there by now. */
export function showResult(name: string): void {
  const heading = document.getElementById(resultId(name));
  heading?.scrollIntoView({ block: 'center' });
  heading?.focus({ preventScroll: true });
}
