/** Texts of invitations into projects. */
export const englishInvitations = {
  title: 'Invitations',
  asks: (who: string, project: string) => `${who} invites you to “${project}”.`,
  roles: {
    viewer: 'You would watch its runs.',
    operator: 'You would start and cancel runs, too.',
    owner: 'You would own it, too.',
  },
  until: (time: number) => `Until ${new Date(time).toLocaleDateString('en', { dateStyle: 'medium' })}.`,
  accept: 'Accept',
  decline: 'Decline',
  failed: 'This did not work. Try again.',
};
export type InvitationsTexts = typeof englishInvitations;
