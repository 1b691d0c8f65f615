/* The page of login profiles as other parts of the page have it: its scripts come when they are first wanted. */
import { onDemand } from '../kit/on-demand.tsx';

export const ProfilesPage = onDemand(async () => (await import('./view.tsx')).ProfilesView);
