/* The vault as other parts of the page have it: its scripts come when they are first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

const loadForFlows = () => import('./keep/parts.ts');

export const KeptValues = onDemand(async () => (await loadForFlows()).KeepValues);

/** How fill steps name what the vault of a project has; nothing while it cannot be had. */
export const templatesFor = (project: string) => async (): Promise<readonly string[]> => {
  const parts = await loadForFlows().catch(() => undefined);
  return (await parts?.readTemplates(project)) ?? [];
};
