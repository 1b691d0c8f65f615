import type { englishFlow } from './en.ts';

export const spanishFlow: typeof englishFlow = {
  flow: {
    open: 'Flujo',
    openEdited: 'Flujo, editado',
    edit: 'Leer el flujo, editarlo y ejecutarlo de nuevo',
    save: 'Guardar como flujo…',
    named: 'Flujo',
    namedVersion: (name, version) => `${name}, versión ${version}`,
    title: (run) => `Flujo de la ejecución ${run}`,
    again: 'Ejecutar de nuevo',
    againEdited: 'Ejecutar el flujo editado',
    busy: 'Iniciando…',
    close: 'Cerrar',
    json: 'El flujo como JSON',
    copy: 'Copiar el flujo',
    steps: 'Pasos',
    own: 'Tú escribiste este flujo. Lo que cambies aquí inicia una ejecución nueva; esta se queda como está.',
    others:
      'Otra persona escribió este flujo. Quien puede iniciar ejecuciones en su proyecto puede editarlo y ejecutarlo de nuevo, como ejecución propia.',
    ownHidden:
      'Tus secretos aparecen ocultos como [REDACTED]. Cada uno se conserva mientras su paso tenga el mismo selector o la misma dirección; escribe encima para cambiarlos.',
    othersHidden:
      'Sus secretos aparecen ocultos como [REDACTED]; no se te dan, así que escribe los tuyos más abajo.',
    hiddenMoved: '[REDACTED] sustituye a un texto oculto: deja el paso como estaba o escribe el texto mismo',
    hiddenOther: '[REDACTED] sustituye a un texto que solo puede usar su autor: escribe el tuyo',
    secrets: 'Tus secretos para este flujo',
    secretsHint: 'Ocupan el lugar de [REDACTED] y no se muestran a nadie más.',
    secretStep: (step, isCleanup) => `Paso ${step}${isCleanup ? ' de onCancel' : ''}`,
    secretAddress: 'Dirección del sitio, con su contraseña',
    secretInput: (name) => `Entrada ${name}`,
    inputs: 'Entradas',
    required: '(obligatoria)',
    secretKept: 'se conserva como está',
    secretNeeded: 'necesita un secreto tuyo',
    secretsNeeded: 'Aún faltan secretos: escribe los tuyos.',
    kept: 'Tus cambios se conservan en esta pestaña hasta que los inicies o los deshagas.',
    undo: 'Deshacer los cambios',
    notRead: 'No se pudo leer el flujo.',
    notStarted: 'No se pudo iniciar de nuevo.',
    forbidden: 'Puedes leer este flujo, pero no iniciar ejecuciones en su proyecto.',
  },
};
