import type { list as english } from '../en/list.ts';

export const list: typeof english = {
  keys: {
    title: 'Teclas de la lista',
    show: 'Mostrar las teclas',
    search: 'Ir a la búsqueda',
    next: 'A la ejecución siguiente',
    previous: 'A la ejecución anterior',
    open: 'Abrir la ejecución',
    help: 'Mostrar estas teclas',
    use: 'Las letras sueltas hacen algo',
    useHint: 'Desactívalo si hablas a tu navegador o pulsas teclas sin querer.',
  },
};
