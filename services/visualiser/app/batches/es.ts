import type { englishBatches } from './en.ts';

const several =
  (one: string, many = `${one}s`) =>
  (count: number): string =>
    count === 1 ? one : many;

export const spanishBatches: typeof englishBatches = {
  title: 'Lotes',
  lead: 'Flujos que se ejecutaron juntos como pruebas, con un solo informe. Los inician la CLI, la API y la CI.',
  none: 'Aún no hay lotes',
  noneLead:
    'Un lote ejecuta flujos con filas de entradas como pruebas, y tiene un solo informe. Se inicia así:',
  copy: 'Copiar la orden',
  noProject: 'No estás en ningún proyecto.',
  failed: 'No se pudieron leer los lotes.',
  notAllowed: 'Solo los miembros de un proyecto pueden ver sus lotes.',
  more: 'Lotes anteriores',
  unnamed: (id) => `Lote ${id}`,
  toAll: 'Todos los lotes del proyecto',
  missing: 'No existe ese lote',
  missingLead: 'No existe, o no puedes ver su proyecto.',
  failedOne: 'No se pudo leer el lote.',
  by: (by) => `de ${by}`,
  took: 'Cuánto tardó',
  tests: (count) => (count === 1 ? '1 prueba' : `${count.toLocaleString('es')} pruebas`),
  ended: (ended, all) =>
    `${ended.toLocaleString('es')} de ${all === 1 ? '1 prueba terminada' : `${all.toLocaleString('es')} pruebas terminadas`}`,
  parallel: (count) => (count === 1 ? 'una ejecución a la vez' : `hasta ${count} ejecuciones a la vez`),
  retries: (count) => (count === 1 ? 'hasta 1 reintento' : `hasta ${count} reintentos`),
  stopsOnFailure: 'no empieza ninguna prueba tras el primer fallo',
  parts: {
    pass: several('superada'),
    flaky: several('inestable'),
    fail: several('fallida'),
    quarantined: several('fallida en cuarentena', 'fallidas en cuarentena'),
    cancelled: several('cancelada'),
    skipped: several('omitida'),
    running: () => 'en marcha',
    waiting: () => 'en espera',
  },
  hints: {
    flaky: 'Falló, y pasó al ejecutarla de nuevo.',
    quarantined: 'Tiene la etiqueta «quarantine»: no hace fallar ningún lote.',
    skipped: 'No empezó, porque una prueba anterior había fallado.',
  },
  testList: 'Pruebas',
  filter: 'Qué pruebas se muestran',
  all: 'Todas',
  noneLike: 'Ahora no hay ninguna así.',
  attempt: (test, attempt, standing) => `${test}, intento ${attempt}: ${standing}`,
  picture: 'Imagen',
  pictureOf: (test) => `La última imagen de ${test}`,
  report: 'Informe',
  reportSoFar: 'Informe hasta ahora',
  reportAs: (format) => `Descargar el informe como ${format}`,
  cancelled: (at, by) => (by === undefined ? `Cancelado el ${at}.` : `Cancelado el ${at} por ${by}.`),
  cancel: 'Cancelar…',
  cancelAsk: {
    title: '¿Cancelar este lote?',
    lead: 'No se empieza ninguna prueba más, y se detienen todas sus ejecuciones en marcha.',
    keep: 'Dejarlo seguir',
    submit: 'Cancelar el lote',
    busy: 'Cancelando…',
  },
};
