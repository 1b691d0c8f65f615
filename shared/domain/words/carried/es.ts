import type { WordsOfCarried } from './en.ts';

export const spanishCarried: WordsOfCarried = {
  from: (run, step, list) => `empieza en el paso ${step}, en la página de ${run}; no se conserva: ${list}`,
  what: {
    form_fields: 'lo escrito en formularios sin enviar',
    page_memory: 'lo que sus scripts tienen en memoria',
    other_pages: 'otras ventanas',
    cookies: 'las cookies',
    local_storage: 'almacenamiento local',
    indexed_db: 'las bases de datos IndexedDB',
    session_storage: 'almacenamiento de sesión',
    other_origins: 'almacenamiento de otros sitios',
    address: 'la dirección, que no es de la web',
  },
  why: {
    too_large: 'demasiado grande',
    no_answer: 'sin respuesta a tiempo',
    failed: 'no se pudo tomar',
  },
};
