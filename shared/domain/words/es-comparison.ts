/* What is said of two runs beside each other, in Spanish: see `en-comparison.ts`. */
import type { ComparisonWords } from './en-comparison.ts';

export const spanishComparison: ComparisonWords = {
  first: '{step} es el primero que difiere: {ways}.',
  otherwise: '{step} es el primero que fue de otro modo: {ways}.',
  earlier: '{step} difiere antes: {ways}.',
  none: 'Ningún paso difiere.',
  unpassed: (among) =>
    among === undefined
      ? 'Ninguna ejecución como esta ha pasado antes'
      : `Ninguna como esta entre las que se miraron (${among})`,
  ways: {
    does: 'hace {does} en lugar de {didThere}',
    added: 'la otra ejecución no tiene ese paso',
    missing: 'esta ejecución no tiene ese paso',
    unreached: 'esta ejecución no ha llegado a él',
    outcome: '{end}, y en la otra ejecución {endThere}',
    said: 'su página dijo {said}',
    slower: 'tardó {took} en lugar de {tookThere}',
  },
  settings: 'es el mismo paso con otros ajustes',
  ends: {
    running: 'está en marcha',
    ok: 'se hizo',
    failed: 'falló',
    interrupted: 'se interrumpió',
    unbegun: 'no empezó',
    skipped: 'se omitió',
    optional: 'falló siendo opcional',
  },
  quoted: '«{said}»',
  instead: '«{said}» (en la otra ejecución: {instead})',
  more: (count) => ` y ${count} más`,
  longer: (time) => `${time} más`,
  shorter: (time) => `${time} menos`,
  asLong: 'igual de largo',
  versions: (there, here) => `El flujo ha cambiado: versión ${there} → ${here}.`,
  otherSteps: 'Las dos no han hecho los mismos pasos.',
  sites: 'La otra ejecución fue en {site}.',
  left: 'Acabó en {url}{title}; la otra ejecución, en {urlThere}{titleThere}.',
  lastDocument: 'Su último documento fue {url}; el de la otra ejecución, {urlThere}.',
};
