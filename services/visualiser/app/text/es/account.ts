import type { account as english } from '../en/account.ts';

export const account: typeof english = {
  account: {
    changePassword: 'Cambiar la contraseña…',
    signOutEverywhere: 'Cerrar todas las sesiones…',
    password: {
      title: 'Cambiar tu contraseña',
      lead: 'Aquí tu sesión sigue abierta. Todas tus demás sesiones terminan; las claves de API se mantienen.',
      current: 'Contraseña actual',
      fresh: 'Contraseña nueva',
      freshHint: (min, max) => `De ${min} a ${max} caracteres`,
      again: 'Repite la contraseña nueva',
      keep: 'Conservar la actual',
      submit: 'Cambiar la contraseña',
      busy: 'Cambiando…',
      differ: 'Las dos contraseñas nuevas no coinciden.',
      wrong: 'La contraseña actual no es correcta.',
      done: 'Tu contraseña ha cambiado y tus demás sesiones han terminado.',
    },
    everywhere: {
      title: '¿Cerrar todas las sesiones?',
      lead: (email) =>
        `Terminan todas las sesiones de ${email}, en todos los navegadores, también esta. Las ejecuciones siguen y las claves de API se mantienen.`,
      keep: 'Seguir con la sesión',
      submit: 'Cerrar todas las sesiones',
      busy: 'Cerrando…',
    },
  },
};
