import type { list as english } from '../en/list.ts';

export const list: typeof english = {
  keys: {
    title: 'Teclas de la lista',
    show: 'Mostrar las teclas',
    search: 'Ir a la búsqueda',
    next: 'A la ejecución siguiente',
    previous: 'A la ejecución anterior',
    open: 'Abrir la ejecución',
    select: 'Seleccionar la ejecución, o quitarla de la selección',
    range: 'Seleccionar todo desde la última seleccionada hasta esta',
    cancel: 'Cancelar las ejecuciones seleccionadas',
    help: 'Mostrar estas teclas',
    use: 'Usar letras sueltas como atajos',
    useHint: 'Desactívalo si hablas a tu navegador o pulsas teclas sin querer.',
  },
};
