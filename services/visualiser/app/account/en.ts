/** Texts of what a person does with the own account. */
export const englishAccount = {
  account: {
    changePassword: 'Change password…',
    signOutEverywhere: 'Sign out everywhere…',
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
  },
};
