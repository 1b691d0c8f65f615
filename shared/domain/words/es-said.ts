/* The same in Spanish. */
import type { SaidWords } from './en-said.ts';

export const spanishSaid: SaidWords = {
  kinds: {
    navigation: 'Documento {url}: {answer}',
    request: '{method} {url}: {answer}',
    console: 'Consola: {text}',
    error: 'Sin capturar: {text}',
    dialog: '{asked}{text}: {reply}',
    popup: 'Abrió una página: {url}',
    crash: 'La página se bloqueó.',
    download: 'Descarga {name}: {fate}',
    more: 'Y {count} más que no se guardaron.',
  },
  noAnswer: 'sin respuesta',
  pending: (time) => `sin respuesta desde hace ${time}`,
  took: (time) => `tras ${time}`,
  replies: { accepted: 'aceptado', dismissed: 'descartado' },
  typed: 'respondido con "{text}"',
  refused: (why) => `no se guardó: ${why}`,
  times: (count) => `${count} veces`,
  lastLook: {
    at: 'Lo último que se vio: {title} {url}',
    missing: (what, why) => `Sin ${what}: ${why}.`,
    what: { picture: 'imagen', tree: 'árbol de accesibilidad', title: 'título' },
    why: {
      forced: 'una cancelación forzada no espera a nada',
      gone: 'la página ya no estaba',
      late: 'la página no la dio a tiempo',
      too_large: 'era demasiado grande',
      unstored: 'no se pudo guardar',
    },
  },
};
