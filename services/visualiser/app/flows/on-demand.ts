/* Named flows as other parts of the page have them: their script comes when it is first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./parts.ts');

export const FlowsPage = onDemand(async () => (await load()).FlowsView);
export const SaveFlow = onDemand(async () => (await load()).SaveDialog);
