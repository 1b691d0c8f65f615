import type { KeysTexts } from './en.ts';

export const spanishKeys: KeysTexts = {
  use: 'Usar letras sueltas como atajos',
  useHint: 'Desactívalo si hablas a tu navegador o pulsas teclas sin querer.',
  ofList: {
    title: 'Teclas de la lista',
    search: 'Ir a la búsqueda',
    next: 'A la ejecución siguiente',
    previous: 'A la ejecución anterior',
    open: 'Abrir la ejecución',
    select: 'Seleccionar la ejecución, o quitarla de la selección',
    range: 'Seleccionar todo desde la última seleccionada hasta esta',
    cancel: 'Cancelar las ejecuciones seleccionadas',
    help: 'Mostrar estas teclas',
  },
  ofRun: {
    title: 'Teclas de una ejecución',
    stop: 'Detener la ejecución',
    again: 'Ejecutarla de nuevo',
    edit: 'Editar su flujo',
    previousStep: 'Al final del paso anterior',
    nextStep: 'Al final del paso siguiente',
    previousEvent: 'Al evento anterior',
    nextEvent: 'Al evento siguiente',
    picture: 'Ver la imagen lo más grande posible',
    help: 'Mostrar estas teclas',
  },
};
