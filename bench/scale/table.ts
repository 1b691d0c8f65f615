/* The figures, as they come and as a table at the end. */

interface Bound {
  /** Met if the value is at most, or at least, this. */
  most?: number;
  least?: number;
}

interface Row {
  figure: string;
  value: string;
  bound: string;
  verdict: string;
}

export interface Table {
  /** `text` is how the value is shown, if it is more than a number. */
  figure(figure: string, value: number, bound?: Bound, text?: string): void;
  /** What is no number, or has no bound. */
  note(figure: string, text: string): void;
  /** So far. */
  readonly allMet: boolean;
  print(): void;
}

export function createTable(): Table {
  const rows: Row[] = [];
  const add = (row: Row) => {
    rows.push(row);
    const { figure, value, bound, verdict } = row;
    console.log(`${figure}: ${value}${bound && ` (bound ${bound}: ${verdict})`}`);
  };
  return {
    figure(figure, value, bound = {}, text = shown(value)) {
      const { most, least } = bound;
      const met = value <= (most ?? Number.POSITIVE_INFINITY) && value >= (least ?? Number.NEGATIVE_INFINITY);
      const limit = most !== undefined ? `≤ ${most}` : least !== undefined ? `≥ ${least}` : '';
      add({ figure, value: text, bound: limit, verdict: limit && (met ? 'met' : 'not met') });
    },
    get allMet() {
      return rows.every(({ verdict }) => verdict !== 'not met');
    },
    note: (figure, text) => add({ figure, value: text, bound: '', verdict: '' }),
    print() {
      console.log('\n| figure | value | bound | |\n| --- | ---: | ---: | --- |');
      for (const row of rows) console.log(`| ${Object.values(row).join(' | ')} |`);
    },
  };
}

/** Three digits that count. */
export const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(Math.abs(value) < 1 ? 2 : 3);

export const ratioOf = (value: number, against: number, unit = ''): string =>
  `×${(value / against).toFixed(2)} (${shown(value)} against ${shown(against)}${unit && ` ${unit}`})`;
