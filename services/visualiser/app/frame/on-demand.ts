/* Pages of a project as the application has them: their script comes when one of them is first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./project-pages.ts');

export const BatchesPage = onDemand(async () => (await load()).BatchesView);
export const BatchPage = onDemand(async () => (await load()).BatchView);
export const ProfilesPage = onDemand(async () => (await load()).ProfilesView);
export const SchedulesPage = onDemand(async () => (await load()).SchedulesView);
export const VaultPage = onDemand(async () => (await load()).VaultView);
export const WebhooksPage = onDemand(async () => (await load()).WebhooksView);
