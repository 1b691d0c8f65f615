import { onDemand } from '../../kit/on-demand.tsx';
import { usePolling } from '../../session/polling.ts';
import { invitations, readInvitations } from './invitations.ts';

const LOOK_EVERY_MS = 15_000;

const InvitationList = onDemand(async () => (await import('./invitation-list.tsx')).InvitationList);

/** What the user is invited into; nothing where there is nothing. */
export function Invitations() {
  usePolling(readInvitations, { everyMs: LOOK_EVERY_MS, key: 'invitations' });
  return invitations.value.length === 0 ? null : <InvitationList />;
}
