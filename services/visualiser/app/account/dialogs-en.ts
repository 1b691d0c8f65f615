/** Texts of the dialogs of the own account. */
export const englishAccountDialogs = {
  password: {
    title: 'Change your password',
    lead: 'You stay signed in here. All your other sessions end; API keys stay.',
    current: 'Current password',
    fresh: 'New password',
    freshHint: (min: number, max: number) => `${min} to ${max} characters`,
    again: 'Repeat the new password',
    keep: 'Keep the old one',
    submit: 'Change password',
    busy: 'Changing…',
    differ: 'The two new passwords differ.',
    wrong: 'The current password is wrong.',
    done: 'Your password is changed, and your other sessions have ended.',
  },
  everywhere: {
    title: 'Sign out everywhere?',
    lead: (email: string) =>
      `All sessions of ${email} end, in every browser, including this one. Runs go on, and API keys stay.`,
    keep: 'Stay signed in',
    submit: 'Sign out everywhere',
    busy: 'Signing out…',
  },
};
export type AccountDialogsTexts = typeof englishAccountDialogs;
