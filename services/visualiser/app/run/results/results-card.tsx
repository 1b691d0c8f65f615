import { shortId } from '#shared/domain/run/short-id.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Icon } from '../../kit/icon.tsx';
import { csvOf } from './csv.ts';
import { RESULTS_ID, resultId } from './result-id.ts';
import { jsonOf, type ResultValues, resultKindOf, shownText, tableOf } from './result-table.ts';
import { ResultText } from './result-text.tsx';
import { saveFile } from './save-file.ts';
import { TableOfRows } from './table-of-rows.tsx';
import { resultsWords } from './words.ts';

interface ResultsCardProps {
  runId: string;
  results: ResultValues;
}

/** What the steps of a run have found: each with its name, type and value, and below them those that are tables. */
export function ResultsCard({ runId, results }: ResultsCardProps) {
  const words = resultsWords.value;
  const all = Object.entries(results);
  const tables = all.flatMap(([name, value]) => {
    const table = tableOf(value);
    return table ? [{ name, table }] : [];
  });
  return (
    <section class="card results" aria-labelledby={RESULTS_ID}>
      <header class="results-head">
        <h2 id={RESULTS_ID} tabIndex={-1}>
          {words.title}
        </h2>
        <span class="soft">{all.length}</span>
        <span class="result-actions">
          <CopyButton value={() => jsonOf(results)} label={words.copyAll} />
          <SaveJson name={shortId(runId)} value={results} label={words.saveAll} />
        </span>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">
              <span class="sr">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, value]) => (
            <ResultRow key={name} runId={runId} name={name} value={value} />
          ))}
        </tbody>
      </table>
      {tables.map(({ name, table }) => (
        <TableOfRows key={name} name={name} table={table} />
      ))}
      {tables.length > 0 && <p class="hint">{words.csvHint}</p>}
    </section>
  );
}

/** A table is below: its row says how large it is. */
function ResultRow({ runId, name, value }: { runId: string; name: string; value: unknown }) {
  const words = resultsWords.value;
  const table = tableOf(value);
  const file = `${shortId(runId)}-${name}`;
  return (
    <tr>
      <th scope="row" id={resultId(name)} tabIndex={-1}>
        <bdi>{name}</bdi>
      </th>
      <td class="soft">{words.kinds[resultKindOf(value)]}</td>
      <td>
        {table ? (
          <span class="soft">{words.rows(table.rows.length)}</span>
        ) : (
          <ResultText value={value} about={name} />
        )}
      </td>
      <td>
        <span class="result-actions">
          <CopyButton value={() => shownText(value)} label={words.copy(name)} />
          <SaveJson name={file} value={value} label={words.saveJson(name)} />
          {table && (
            <SaveButton
              label={words.saveCsv(name)}
              word="CSV"
              onSave={() => saveFile(`${file}.csv`, csvOf(table), 'text/csv;charset=utf-8')}
            />
          )}
        </span>
      </td>
    </tr>
  );
}

const SaveJson = ({ name, value, label }: { name: string; value: unknown; label: string }) => (
  <SaveButton
    label={label}
    word="JSON"
    onSave={() => saveFile(`${name}.json`, `${jsonOf(value)}\n`, 'application/json')}
  />
);

function SaveButton({ label, word, onSave }: { label: string; word: string; onSave(): void }) {
  return (
    <button
      type="button"
      class="button quiet compact"
      aria-label={`${word}: ${label}`}
      title={label}
      onClick={onSave}
    >
      <Icon name="save" size={14} />
      {word}
    </button>
  );
}
