/** Texts of what a person does with the own account. */
export const account = {
  account: {
    changePassword: 'Change password…',
    signOutEverywhere: 'Sign out everywhere…',
    password: {
      title: 'Change your password',
      lead: 'You stay signed in here. Every other sign-in of yours ends; API keys stay.',
      current: 'Current password',
      fresh: 'New password',
      freshHint: (min: number, max: number) => `${min} to ${max} characters`,
      again: 'New password again',
      keep: 'Keep the old one',
      submit: 'Change password',
      busy: 'Changing…',
      differ: 'The new password is not the same twice.',
      wrong: 'The current password is wrong.',
      done: 'Your password is changed, and your other sign-ins have ended.',
    },
    everywhere: {
      title: 'Sign out everywhere?',
      lead: (email: string) =>
        `Every sign-in of ${email} ends, in all browsers, this one included. Runs go on, and API keys stay.`,
      keep: 'Stay signed in',
      submit: 'Sign out everywhere',
      busy: 'Signing out…',
    },
  },
};
