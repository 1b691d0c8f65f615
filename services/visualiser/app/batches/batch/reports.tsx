import type { BatchSummary, ReportFormat } from '#shared/api/contract/batches/batches.ts';
import { Icon } from '../../kit/icon.tsx';
import { saveFile } from '../../run/results/save-file.ts';
import { useActing } from '../../session/acting.ts';
import { batchNameOf, readReportText } from '../batches.ts';
import { batchWords } from '../words.ts';

const FILES = {
  junit: { title: 'JUnit', ending: 'junit.xml', type: 'application/xml' },
  ctrf: { title: 'CTRF', ending: 'ctrf.json', type: 'application/json' },
  markdown: { title: 'Markdown', ending: 'md', type: 'text/markdown' },
  json: { title: 'JSON', ending: 'json', type: 'application/json' },
} as const satisfies Record<ReportFormat, { title: string; ending: string; type: string }>;
const FORMATS = Object.keys(FILES) as ReportFormat[];

/** Its report, in each form that there is, to be saved. */
export function Reports({ batch, isOver }: { batch: BatchSummary; isOver: boolean }) {
  const words = batchWords.value;
  const { busy, problem, act } = useActing(() => {});
  const download = (format: ReportFormat) =>
    act(async () => {
      const { ending, type } = FILES[format];
      const report = await readReportText({ id: batch.project, batch: batch.id }, format);
      saveFile(`${batchNameOf(batch)}.${ending}`, report, type);
    });
  return (
    <fieldset class="batch-reports" aria-label={words.report}>
      <span class="soft">{isOver ? words.report : words.reportSoFar}</span>
      {FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          class="button compact"
          aria-label={words.reportAs(FILES[format].title)}
          disabled={busy}
          onClick={() => void download(format)}
        >
          <Icon name="save" size={13} />
          {FILES[format].title}
        </button>
      ))}
      {problem !== '' && (
        <span class="is-error" role="alert">
          {problem}
        </span>
      )}
    </fieldset>
  );
}
