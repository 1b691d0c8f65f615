import type { englishSignIn } from './en.ts';

export const spanishSignIn: typeof englishSignIn = {
  signIn: {
    title: 'Entrar en Ghostly',
    lead: 'Mira en vivo cada ejecución y cómo ha llegado hasta ahí, y detenla.',
    email: 'Correo electrónico',
    password: 'Contraseña',
    show: 'Mostrar la contraseña',
    submit: 'Entrar',
    busy: 'Entrando…',
    expired: 'Tu sesión ha terminado. Entra para seguir donde estabas.',
    wrong: 'El correo o la contraseña no son correctos.',
    tooMany: (seconds) => `Demasiados intentos. Prueba de nuevo en ${seconds} s.`,
    hint: 'El primer arranque del servicio mostró la cuenta del administrador.',
  },
};
