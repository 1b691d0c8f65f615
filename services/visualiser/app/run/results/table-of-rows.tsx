import { useState } from 'preact/hooks';
import { cellOf, type ResultTable } from './result-table.ts';
import { ResultText } from './result-text.tsx';
import { resultsWords } from './words.ts';

const FIRST = 30;
const MORE = 100;

/** The rows of a result that is a table: some dozens at first, and more as they are wanted. */
export function TableOfRows({ name, table }: { name: string; table: ResultTable }) {
  const words = resultsWords.value;
  const [count, setCount] = useState(FIRST);
  const { columns, rows } = table;
  const left = Math.max(0, rows.length - count);
  return (
    <figure class="result-rows">
      <figcaption>
        <bdi>{name}</bdi> <span class="soft">{words.rows(rows.length)}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by the keyboard */}
      <section class="result-scroll" aria-label={name} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  <bdi>{column}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map((row, n) => (
              <tr key={n}>
                {columns.map((column) => (
                  <td key={column}>
                    <ResultText value={cellOf(row, column)} about={`${name}, ${n + 1}, ${column}`} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > FIRST && (
        <p class="result-more">
          {left > 0 && (
            <button type="button" class="button compact" onClick={() => setCount(count + MORE)}>
              {words.moreRows(Math.min(left, MORE), left)}
            </button>
          )}
          {count > FIRST && (
            <button type="button" class="button quiet compact" onClick={() => setCount(FIRST)}>
              {words.fewerRows}
            </button>
          )}
        </p>
      )}
    </figure>
  );
}
