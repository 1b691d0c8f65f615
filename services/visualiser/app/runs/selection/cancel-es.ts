import type { CancelRunsTexts } from './cancel-en.ts';

const number = (count: number) => count.toLocaleString('es');

export const spanishCancelRuns: CancelRunsTexts = {
  allListed: 'Todas las de la lista',
  allFiltered: 'Todas las del filtro',
  reading: 'Leyendo…',
  ask: (count) =>
    count === 1 ? '¿Cancelar esta ejecución?' : `¿Cancelar estas ${number(count)} ejecuciones?`,
  cancelOf: (count) =>
    count === 1 ? 'Cancelación de 1 ejecución' : `Cancelación de ${number(count)} ejecuciones`,
  submit: (count) => (count === 1 ? 'Cancelar 1 ejecución' : `Cancelar ${number(count)} ejecuciones`),
  busy: 'Cancelando…',
  keep: 'Dejar que sigan',
  close: 'Cerrar',
  willQueued: (count) =>
    count === 1
      ? '1 espera un ejecutor: termina antes de empezar.'
      : `${count} esperan un ejecutor: terminan antes de empezar.`,
  willRunning: (count, within) =>
    `${count === 1 ? '1 está' : `${count} están`} en marcha: se interrumpe lo que se esté haciendo, el flujo limpia y la página se cierra${within && ` en menos de ${within}`}.`,
  willForce: (count, within) =>
    `${count === 1 ? '1 está' : `${count} están`} en marcha: la página se cierra sin limpiar${within && ` en menos de ${within}`}.`,
  willCancelling: (count) => (count === 1 ? '1 ya se está deteniendo.' : `${count} ya se están deteniendo.`),
  haveEnded: (count) =>
    count === 1
      ? '1 ha terminado entretanto y se deja como está.'
      : `${count} han terminado entretanto y se dejan como están.`,
  will: 'Una ejecución que termina antes de que llegue la petición conserva su resultado. Los pasos, las imágenes y los eventos se conservan.',
  looking: 'Se perdió la respuesta. Quizá la petición quedó registrada; buscando…',
  sending: 'Enviando la petición…',
  refused: 'La petición fue rechazada. No se registró nada.',
  goesOn: 'Puedes cerrar esto: continúa por sí solo.',
  parts: {
    stopping: (count) => (count === 1 ? '1 se está deteniendo' : `${count} se están deteniendo`),
    cancelled: (count) => (count === 1 ? '1 terminó cancelada' : `${count} terminaron canceladas`),
    ended: (count) => (count === 1 ? '1 terminó por sí sola' : `${count} terminaron por sí solas`),
    failed: (count) => (count === 1 ? '1 no se canceló' : `${count} no se cancelaron`),
  },
  again: (count) =>
    count === 1 ? 'Intentar de nuevo con 1 ejecución' : `Intentar de nuevo con ${count} ejecuciones`,
  runs: 'Cada ejecución',
  fates: {
    sent: 'quizá esté registrado; buscando',
    stopping: 'se está deteniendo',
    cancelled: 'terminó cancelada',
    unrecorded: 'no quedó registrado: sigue en marcha, y puedes intentarlo de nuevo sin riesgo',
    unknown: 'aún no se puede saber si quedó registrado; puedes intentarlo de nuevo sin riesgo',
  },
  endedAs: {
    pass: 'ya había terminado bien',
    fail: 'ya había fallado',
    lost: 'ya se había perdido',
    cancelled: 'terminó cancelada',
  },
  notCancelled: (why) => `no se canceló: ${why}`,
  more: (count) => (count === 1 ? 'y 1 más' : `y ${number(count)} más`),
};
