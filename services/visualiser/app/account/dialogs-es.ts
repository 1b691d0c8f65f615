import type { AccountDialogsTexts } from './dialogs-en.ts';

export const spanishAccountDialogs: AccountDialogsTexts = {
  password: {
    title: 'Cambiar tu contraseña',
    lead: 'Tu sesión sigue abierta aquí. Se cierran todas las demás; las claves de API se mantienen.',
    current: 'Contraseña actual',
    fresh: 'Contraseña nueva',
    freshHint: (min, max) => `De ${min} a ${max} caracteres`,
    again: 'Repite la contraseña nueva',
    keep: 'Conservar la actual',
    submit: 'Cambiar la contraseña',
    busy: 'Cambiando…',
    differ: 'Las dos contraseñas nuevas no coinciden.',
    wrong: 'La contraseña actual no es correcta.',
    done: 'Tu contraseña ha cambiado y se han cerrado tus demás sesiones.',
  },
  everywhere: {
    title: '¿Cerrar todas las sesiones?',
    lead: (email) =>
      `Se cierran todas las sesiones de ${email} en todos los navegadores, incluida esta. Las ejecuciones siguen y las claves de API se mantienen.`,
    keep: 'Seguir con la sesión',
    submit: 'Cerrar todas las sesiones',
    busy: 'Cerrando…',
  },
};
