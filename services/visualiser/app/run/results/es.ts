import type { englishResults } from './en.ts';

export const spanishResults: typeof englishResults = {
  results: {
    title: 'Resultados',
    name: 'Nombre',
    type: 'Tipo',
    value: 'Valor',
    actions: 'Copiar y guardar',
    empty: '(vacío)',
    kinds: {
      text: 'texto',
      number: 'número',
      boolean: 'sí o no',
      null: 'nada',
      table: 'tabla',
      list: 'lista',
      object: 'objeto',
    },
    rows: (count) => (count === 1 ? '1 fila' : `${count} filas`),
    moreRows: (next, left) => (next === left ? `${left} filas más` : `${next} de ${left} filas más`),
    fewerRows: 'Solo las primeras filas',
    copy: (name) => `Copiar ${name}`,
    copyAll: 'Copiar todos los resultados como JSON',
    saveJson: (name) => `guardar ${name} como JSON`,
    saveCsv: (name) => `guardar ${name} como CSV`,
    saveAll: 'guardar todos los resultados como JSON',
    csvHint:
      'En un archivo CSV, un texto que una hoja de cálculo tomaría por fórmula lleva un apóstrofo delante. JSON tiene cada valor tal como es.',
  },
};
