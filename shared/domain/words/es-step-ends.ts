/* What is said of a step that failed, in Spanish. */
import type { FailureReason } from '#shared/domain/events/failure-reasons.ts';
import type { StepEndWords } from './en-step-ends.ts';

export const spanishHints: Record<FailureReason, string> = {
  page_busy: 'Busca qué hacía el script de la página: no dejaba tiempo para nada más.',
  page_silent: 'Busca qué tenía ocupada la máquina del ejecutor, o la página, aparte de su script.',
  page_unanswered: 'Busca por qué tarda ese servidor, o dale más tiempo al paso.',
  page_stalled: 'Busca por qué ese servidor no acaba su respuesta, o dale más tiempo al paso.',
  page_crashed: 'Busca qué ocupa mucha memoria en la página.',
  element_missing: 'Compara el selector con la página de ese momento.',
  element_search: 'Nombra el elemento por su id, o dale más tiempo al paso.',
  element_covered: 'Busca qué hay encima, como un aviso o un diálogo.',
  element_outside: 'Busca qué hay que desplazar o abrir antes.',
  element_hidden: 'Busca qué hay que abrir antes.',
  element_disabled: 'Busca qué exige antes la página.',
  element_read_only: 'Busca qué exige antes la página.',
  element_moving: 'Busca qué se mueve o se carga en la página.',
  element_removed: 'Busca qué vuelve a dibujar la página.',
  element_unready: 'Busca qué se mueve o se carga en la página.',
  option_missing: 'Compara la opción con las de la página.',
  option_disabled: 'Busca qué exige antes la página.',
  secret_origin_refused: 'Compara la dirección de la página, o de su marco, con los orígenes del secreto.',
  secret_missing: 'Busca si se borró o se sustituyó por otro de otra clase.',
  secret_forbidden: 'Busca si el usuario aún tiene un rol en el proyecto.',
  secret_unopened: 'Pide las claves de la bóveda a quien administra Ghostly.',
  values_unread: 'Mira en su lugar lo que la página muestra de él, o ábrela de nuevo antes.',
  selector_of_values: 'Nombra el elemento por su id, su rol o su etiqueta.',
  unanswered: 'Da más tiempo a las personas, o deja que la ejecución siga sin respuesta.',
  code_too_late: 'Da más tiempo al paso, o inicia menos ejecuciones con los mismos códigos a la vez.',
};

export const spanishStepEnds: StepEndWords = {
  sentences: {
    element_missing: '{place} no encontró ningún elemento para {selector} en {within}.',
    element_covered: '{step} falló tras {took}: {cover} tapaba su elemento.',
    page_unanswered: '{step} no tuvo respuesta del servidor en {within}.',
    unanswered: '{step}: nadie respondió en {within}.',
    page_stalled: '{step}: la respuesta del servidor había empezado, y no había acabado en {within}.',
  },
  place: (number) => `El paso ${number}`,
  cleanupPlace: (number) => `El paso onCancel ${number}`,
  httpStatus: 'El servidor había respondido a la página con {status}.',
  documents: 'La página se cargó {documents} veces en los últimos 10 s.',
  hanging: '{request} no había tenido respuesta desde hacía {ago}.',
  unended: 'La respuesta a {request} no había acabado pasados {ago}.',
  nearest: 'Existe {nearest}.',
  or: ' o ',
};
