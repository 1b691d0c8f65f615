import type { why as english } from '../en/why.ts';

const matching = (matches: number, what: string): string =>
  matches === 1
    ? `El elemento que coincide con {selector} ${what}.`
    : `El primero de los ${matches} elementos que coinciden con {selector} ${what}.`;
const stopping = 'Se está deteniendo y espera {stopping}.';

export const why: typeof english = {
  why: {
    codes: {
      no_runner: 'No hay ningún ejecutor en marcha.',
      no_fitting_runner: 'No hay en marcha ningún ejecutor que tenga todas las etiquetas {labels}.',
      runner_unavailable: 'Ninguno de los ejecutores que sirven puede tomarla. {unavailable}',
      concurrency_key: 'La ejecución {run} tiene su clave de concurrencia {key}.',
      user_limit: 'Su usuario tiene {limit} ejecuciones en ejecutores, tantas como puede tener un usuario.',
      project_limit:
        'Su proyecto tiene {limit} ejecuciones en ejecutores, tantas como puede tener un proyecto.',
      slots: 'Los {slots} huecos están ocupados, y {place}.',
      runner: 'Hay un hueco libre, y {place}.',
      browser: 'El ejecutor {runner} le abre un contexto del navegador.',
      commit: 'Se está guardando lo último que hizo.',
      step: '{step} está en curso.',
      element_missing: 'Ningún elemento coincide con {selector}.',
      element_hidden: (matches) => matching(matches, 'no es visible'),
      element_covered: (matches) => matching(matches, 'está tapado por otro'),
      element_disabled: (matches) => matching(matches, 'está desactivado'),
      page_busy: 'La página no responde desde hace {age}: su script está ocupado.',
      outcome: 'Su flujo ha acabado, y se cierra su contexto del navegador.',
      runner_silent: 'No hay noticias del ejecutor {runner} desde hace {age}.',
      runner_lost: 'El ejecutor {runner} se ha perdido: dio noticias por última vez hace {age}.',
      atomic_step: stopping,
      interrupted_call: stopping,
      on_cancel_steps: stopping,
      context_close: stopping,
      browser_kill: stopping,
      machine: stopping,
      delivery: stopping,
      supervisor_no_runner: stopping,
      supervisor_runner_lost: stopping,
    },
    keyOfOther: 'Una ejecución de otra persona tiene su clave de concurrencia {key}.',
    oldest: 'La ejecución más antigua que hay en ellos lleva {oldest}.',
    next: 'esta ejecución es la siguiente',
    ahead: (runs, isMore) =>
      isMore
        ? `esperan también más de ${runs} ejecuciones más antiguas`
        : runs === 1
          ? 'espera también 1 ejecución más antigua'
          : `esperan también ${runs} ejecuciones más antiguas`,
    toSystem: 'Ver los ejecutores',
    step: (number) => `El paso ${number} ({action})`,
    cleanup: (number) => `El paso onCancel ${number} ({action})`,
    taken: 'Lleva {spent} de {all}; después la ejecución falla.',
    stepTaken: '{step} lleva {spent} de {all}; después la ejecución falla.',
    timeIsUp: 'Su tiempo se ha acabado: la ejecución está a punto de fallar.',
    busyLeft:
      '{step} tiene aún {left}, y después la ejecución falla; una cancelación cierra la página al instante.',
    queuedLeft: 'Ha esperado {age}; si ningún ejecutor la toma en {left}, falla.',
    soFar: 'Esto dura ya {age}.',
    soFarLeft: 'Esto dura ya {age}; pasados otros {left}, la ejecución falla.',
    leaseLeft: 'Si sigue callado, su concesión acaba en {left}; después {leads}.',
    lostLeft: 'Su concesión acaba en {left}; después {leads}.',
    lostNow: 'Su concesión ha acabado; {leads} de un momento a otro.',
    leads: { fail: 'la ejecución falla', requeue: 'su flujo empieza de nuevo' },
    rungLeft: 'Lleva {age}; {rung} llega en {left} como mucho.',
    endLeft: 'Acaba en {left} como mucho.',
    failures: {
      step: '{step} falló.',
      launch_failed: 'No se pudo iniciar un navegador para ella.',
      launch_timeout: 'Su navegador no se inició a tiempo.',
      commit_timeout: 'No se pudo guardar a tiempo lo que hizo: la base de datos no respondió.',
      close_failed: 'Sus pasos se hicieron, pero no se pudo cerrar su contexto del navegador.',
      queue_timeout: 'Ningún ejecutor la tomó a tiempo.',
      deadline: 'Alcanzó el tiempo máximo que permite su flujo.',
      broken: 'No se pudo iniciar, o no se pudieron guardar sus resultados.',
      other: 'No pudo seguir.',
    },
    during: '{step} fue interrumpido.',
    lost: 'Se perdió su ejecutor {runner}, y nadie había pedido que terminara.',
    lostUnclaimed: 'Se perdió, y nadie había pedido que terminara.',
    cancelled: {
      user: 'Un usuario pidió que terminara.',
      supervisor: 'La terminó el supervisor.',
      shutdown: 'Su ejecutor se apagó y la detuvo.',
    },
    reason: 'El motivo indicado: {reason}.',
    passed: (steps) => (steps === 1 ? 'Se hizo su paso.' : `Se hicieron los ${steps} pasos.`),
    passedAll: 'Se hicieron todos los pasos.',
    look: 'Mirar ese momento',
  },
};
