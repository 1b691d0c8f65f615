import type { englishAccount } from './en.ts';

export const spanishAccount: typeof englishAccount = {
  account: {
    changePassword: 'Cambiar la contraseña…',
    signOutEverywhere: 'Cerrar todas las sesiones…',
  },
};
