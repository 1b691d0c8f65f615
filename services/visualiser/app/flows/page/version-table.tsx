import { formatDuration } from '#shared/domain/words/duration.ts';
import { locale } from '../../session/preferences.ts';
import { momentText } from '../../text/moment.ts';
import type { FlowVersion, VersionRuns } from '../flows.ts';
import { flowWords } from '../words.ts';

interface VersionTableProps {
  versions: readonly FlowVersion[];
  statistics: readonly VersionRuns[];
  /** The two that are compared. */
  from: number;
  to: number;
  onChoose(part: { from?: number; to?: number }): void;
  onOpen(version: number): void;
}

export function VersionTable({ versions, statistics, ...compared }: VersionTableProps) {
  const { versions: words } = flowWords.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled has to be reached by the keyboard
    <section class="version-table" aria-label={words.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.from}</th>
            <th scope="col">{words.to}</th>
            <th scope="col">{words.version}</th>
            <th scope="col">{words.runs}</th>
            <th scope="col">{words.passed}</th>
            <th scope="col">{words.median}</th>
            <th scope="col">{words.saved}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map((stored) => (
            <VersionRow
              key={stored.version}
              stored={stored}
              ran={statistics.find(({ version }) => version === stored.version)}
              {...compared}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface VersionRowProps extends Omit<VersionTableProps, 'versions' | 'statistics'> {
  stored: FlowVersion;
  /** How its runs went; undefined if it did not run lately. */
  ran: VersionRuns | undefined;
}

function VersionRow({ stored, ran, from, to, onChoose, onOpen }: VersionRowProps) {
  const { versions: words } = flowWords.value;
  const { version, createdAt, by } = stored;
  return (
    <tr>
      <td>
        <input
          type="radio"
          name="from"
          aria-label={words.fromOf(version)}
          checked={version === from}
          onChange={() => onChoose({ from: version })}
        />
      </td>
      <td>
        <input
          type="radio"
          name="to"
          aria-label={words.toOf(version)}
          checked={version === to}
          onChange={() => onChoose({ to: version })}
        />
      </td>
      <th scope="row">
        <button
          type="button"
          class="button compact"
          aria-label={words.openOf(version)}
          title={words.openOf(version)}
          onClick={() => onOpen(version)}
        >
          {version}
        </button>
      </th>
      <td>{ran?.runs.toLocaleString(locale.value) ?? '–'}</td>
      <td>{ran?.passRate === undefined ? '–' : percent(ran.passRate)}</td>
      <td>{ran?.medianMs === undefined ? '–' : formatDuration(ran.medianMs)}</td>
      <td class="version-saved">
        <time dateTime={createdAt}>{momentText(createdAt)}</time>
        {by !== undefined && <bdi class="flow-by soft">{by}</bdi>}
      </td>
    </tr>
  );
}

export const percent = (part: number): string =>
  part.toLocaleString(locale.value, { style: 'percent', maximumFractionDigits: 1 });
