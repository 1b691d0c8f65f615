/** Texts of what a person does with the own account. */
export const englishAccount = {
  account: {
    changePassword: 'Change password…',
    signOutEverywhere: 'Sign out everywhere…',
  },
};
