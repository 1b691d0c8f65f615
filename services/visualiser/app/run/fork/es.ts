import type { ForkTexts } from './en.ts';

export const spanishFork: ForkTexts = {
  button: (step) => `Bifurcar desde el paso ${step}`,
  hint: 'Empezar aquí otra ejecución, con la página como estaba entonces',
  title: (step, run) => `Empezar una ejecución en el paso ${step} de ${run}`,
  lead: 'La nueva ejecución tiene las cookies y el almacenamiento de la página como estaba entonces, su dirección, y los resultados y respuestas de los pasos anteriores. Cuentan como hechos.',
  lacks:
    'No tiene lo escrito en formularios sin enviar, ni lo que los scripts tenían en memoria. Qué más falta se indica en la nueva ejecución.',
  steps: 'Los pasos siguientes, como JSON',
  start: 'Empezar la ejecución',
  starting: 'Empezando…',
  close: 'Cerrar',
  noSteps: 'debe tener una lista de pasos',
  notRead: 'No se pudieron leer los pasos del flujo.',
  secret: 'es un secreto de otra persona: da el tuyo abajo',
};
