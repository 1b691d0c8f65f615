/* The vault as other parts of the page have it: its script comes when it is first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./parts.ts');

export const VaultPage = onDemand(async () => (await load()).VaultView);
export const KeptValues = onDemand(async () => (await load()).KeepValues);

/** How fill steps name what the vault of a project has; nothing while it cannot be had. */
export const templatesFor = (project: string) => async (): Promise<readonly string[]> => {
  const parts = await load().catch(() => undefined);
  return (await parts?.readTemplates(project)) ?? [];
};
