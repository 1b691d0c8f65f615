import type { englishSelection } from './en.ts';

const number = (count: number) => count.toLocaleString('es');

export const spanishSelection: typeof englishSelection = {
  selection: {
    title: 'Ejecuciones seleccionadas',
    pick: (run) => `Seleccionar la ejecución ${run}`,
    pickAll: 'Seleccionar todas las de la lista que no han terminado',
    count: (count) => (count === 1 ? '1 seleccionada' : `${number(count)} seleccionadas`),
    clear: 'No seleccionar ninguna',
    cancel: (count) => (count === 1 ? 'Cancelar 1 ejecución…' : `Cancelar ${number(count)} ejecuciones…`),
  },
};
