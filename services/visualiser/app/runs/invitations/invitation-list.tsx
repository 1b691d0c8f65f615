import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { readProjects } from '../../session/projects.ts';
import { endsSession } from '../../session/session.ts';
import { answerInvitation, forgetInvitation, invitations, type PendingInvitation } from './invitations.ts';
import { invitationsWords } from './words.ts';

/** Projects that the user is invited into, with what it may answer. */
export function InvitationList() {
  const words = invitationsWords.value;
  return (
    <ul class="invitations" aria-label={words.title}>
      {invitations.value.map((invitation) => (
        <Row key={invitation.id} invitation={invitation} />
      ))}
    </ul>
  );
}

function Row({ invitation: { id, project, role, invitedBy, expiresAt } }: { invitation: PendingInvitation }) {
  const words = invitationsWords.value;
  const { state, answer } = useAnswer(id);
  const isBusy = state === 'busy';
  return (
    <li>
      <p>
        <strong class="clip">{words.asks(invitedBy, project.label)}</strong>{' '}
        <span class="soft">
          {words.roles[role]} {words.until(Date.parse(expiresAt))}
        </span>
        {state === 'failed' && (
          <span class="problem" role="alert">
            {words.failed}
          </span>
        )}
      </p>
      <span class="invitation-answers">
        <button type="button" class="button" disabled={isBusy} onClick={() => void answer('decline')}>
          {words.decline}
        </button>
        <button type="button" class="button primary" disabled={isBusy} onClick={() => void answer('accept')}>
          {words.accept}
        </button>
      </span>
    </li>
  );
}

function useAnswer(id: string) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');

  async function answer(given: 'accept' | 'decline'): Promise<void> {
    setState('busy');
    try {
      await answerInvitation(id, given);
      if (given === 'accept') await readProjects(AbortSignal.timeout(10_000)).catch(() => undefined); // the next look
    } catch (error) {
      if (endsSession(error)) return;
      // Withdrawn, or its time is over.
      if (error instanceof ApiError && error.status === 404) return forgetInvitation(id);
      setState('failed');
    }
  }
  return { state, answer };
}
