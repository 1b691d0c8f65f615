/** Texts of the sign-in. */
export const englishSignIn = {
  signIn: {
    title: 'Sign in to Ghostly',
    lead: 'See every run live, how it got where it is, and stop it.',
    email: 'E-mail',
    password: 'Password',
    show: 'Show the password',
    submit: 'Sign in',
    busy: 'Signing in…',
    expired: 'Your session is over. Sign in to go on where you were.',
    wrong: 'E-mail or password is wrong.',
    tooMany: (seconds: number) => `Too many attempts. Try again in ${seconds} s.`,
    hint: 'The first start of the service printed the account of the admin.',
  },
};
