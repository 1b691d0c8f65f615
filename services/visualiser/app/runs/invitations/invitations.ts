/* The projects that the user is invited into. Owns what was read of them last. */
import { computed, signal } from '@preact/signals';
import type { CallReply } from '#shared/api/client/index.ts';
import { client } from '../../session/session.ts';

export type PendingInvitation = CallReply<'listInvitations'>[number];

const NONE: readonly PendingInvitation[] = [];
const found = signal<readonly PendingInvitation[]>(NONE);

/** An answer to an earlier question may still have them. */
const answered = new Set<string>();

export const invitations = computed(() => found.value);

/** @throws ApiError, GatewayError */
export async function readInvitations(abort: AbortSignal): Promise<void> {
  const read = await client.value.call('listInvitations', {}, { signal: abort });
  found.value = read.filter(({ id }) => !answered.has(id));
}

/** Also one that is none any more is off the list. @throws ApiError, GatewayError */
export async function answerInvitation(id: string, answer: 'accept' | 'decline'): Promise<void> {
  await client.value.call(answer === 'accept' ? 'acceptInvitation' : 'declineInvitation', { params: { id } });
  forgetInvitation(id);
}

export function forgetInvitation(id: string): void {
  answered.add(id);
  found.value = found.value.filter((invitation) => invitation.id !== id);
}

export function forgetInvitations(): void {
  found.value = NONE;
}
