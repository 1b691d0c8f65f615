import type { StartInput } from '#shared/api/contract/runs/start.ts';
import type { Fields } from '#shared/platform/json/fields.ts';

/** What is posted for a flow, in a project. Not checked otherwise. */
export function startOf(fields: Fields, project: string): StartInput {
  // Files of the command line name a site to open: nothing for the gateway.
  const { site: _, ...flow } = fields;
  return { ...flow, project: flow.project ?? project } as StartInput;
}
