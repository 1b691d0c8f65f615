/* The parts of `npm run test:nightly`: what takes too long for `.ci/run`, and the restore, which needs a whole PostgreSQL. */
import type { Ran } from './stage.ts';

/** The short ones come first: how they end is known soon. */
export const PARTS = ['restore', 'mutants', 'cluster', 'scale', 'extended', 'containers', 'faults'] as const;
export type Part = (typeof PARTS)[number];

export const scriptOf = (part: Part): string => `${part === 'scale' ? 'bench' : 'test'}:${part}`;

/** One after the other. One that fails does not keep the next ones from running. */
export async function runParts(
  parts: readonly Part[],
  runPart: (part: Part) => Promise<Ran>,
): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const part of parts) ran.push(await runPart(part));
  return ran;
}

/** A line for each part, those that were not run included. */
export function tableOf(ran: readonly Ran[]): string {
  const rows = PARTS.map((part) => {
    const done = ran.find(({ name }) => name === part);
    const result = done === undefined ? 'not run' : done.ok ? 'passed' : 'FAILED';
    return `${part.padEnd(12)}${result.padEnd(8)}${done === undefined ? '' : `${done.seconds} s`.padStart(8)}`.trimEnd();
  });
  return rows.join('\n');
}
