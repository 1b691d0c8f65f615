/** `3,17` or `1-10`, or both; none of an empty text. */
export function readSeeds(text: string): number[] {
  if (text === '') return [];
  return text.split(',').flatMap((part) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
    if (first === undefined) throw new Error(`not a list of seeds: ${text}`);
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, n) => Number(first) + n);
  });
}
