import type { WordsOfProfile } from './en.ts';

export const spanishProfile: WordsOfProfile = {
  applied: (name, version, age) =>
    `sesión iniciada con la versión ${version} del perfil ${name}, de hace ${age}`,
  stale: (name, why) => `la sesión del perfil ${name} ya no vale: ${why}`,
  why: {
    empty: 'no hay nada guardado',
    too_old: 'es más antigua de lo permitido',
    not_visible: 'no se ve lo que debería verse',
    not_loaded: 'la página de su comprobación no se cargó',
  },
  saved: (name, version) => `la sesión es ahora la versión ${version} del perfil ${name}`,
};
