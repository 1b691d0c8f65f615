/* Named flows as other parts of the page have them: their scripts come when they are first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./parts.ts');

export const FlowsPage = onDemand(async () => (await load()).FlowsView);
/** The editor of one of them. */
export const NamedFlowPage = onDemand(async () => (await import('./page/flow-page.tsx')).FlowPage);
export const SaveFlow = onDemand(async () => (await load()).SaveDialog);
