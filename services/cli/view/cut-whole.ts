/** At most so many UTF-16 units of a text; no half of a surrogate pair is left at its end. */
export const cutWhole = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
