/** A text of a source, and what stands there instead in a broken build. */
export interface Change {
  file: string;
  from: string;
  to: string;
}

/** The code with a change. @throws if the code has moved on: the change has to move with it, or it proves nothing */
export function changed(code: string, { file, from, to }: Change): string {
  const times = code.split(from).length - 1;
  if (times !== 1) throw new Error(`${file} has this ${times} times instead of once:\n${from}`);
  return code.replace(from, () => to);
}
