/* The system as other parts of the page have it: its script comes when it is first wanted, or once nothing else does. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./view.tsx');

export const SystemPage = onDemand(async () => (await load()).SystemView);

const SOON_MS = 3_000;

/** Fetches its script ahead: in an outage it could not be had. Returns how to leave that. */
export function fetchSystemSoon(): () => void {
  const timer = setTimeout(() => void load().catch(() => undefined), SOON_MS); // it is fetched when it is wanted
  return () => clearTimeout(timer);
}
