import type { StartInput } from '#shared/api/contract/runs/start.ts';

export const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is posted for a flow, in a project. Not checked otherwise. */
export function startOf(fields: Readonly<Record<string, unknown>>, project: string): StartInput {
  // Files of the command line name a site to open: nothing for the gateway.
  const { site: _, ...flow } = fields;
  return { ...flow, project: flow.project ?? project } as StartInput;
}
