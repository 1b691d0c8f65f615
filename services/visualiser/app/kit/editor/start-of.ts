import type { StartInput } from '#shared/api/contract/runs/start.ts';

/** What is posted for a flow, in a project; undefined for what is no object. Not checked otherwise. */
export function startOf(value: unknown, project: string): StartInput | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // Files of the command line name a site to open: nothing for the gateway.
  const { site: _, ...flow } = value as Record<string, unknown>;
  return { ...flow, project: flow.project ?? project } as StartInput;
}
