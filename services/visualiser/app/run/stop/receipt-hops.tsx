import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { sayHop } from '#shared/domain/words/say-hop.ts';
import { text } from '../../text/text.ts';
import { reachedHops } from './receipt-hops.ts';

/** How long each hop of a cancel took, to scale. */
export function Hops({ receipt }: { receipt: Receipt }) {
  const { stop, words } = text.value;
  const { totalMs } = receipt;
  return (
    <table class="hops">
      <caption class="sr">{stop.receipt}</caption>
      <tbody>
        {reachedHops(receipt).map(({ name, ms, begin, end }) => (
          <tr key={name}>
            <th scope="row">{headOf(words.hops[name])}</th>
            <td class="hop-ms">{formatHop(ms)}</td>
            <td class="hop-bar" aria-hidden="true">
              <span style={{ left: `${begin * 100}%`, width: `${Math.max(0.6, (end - begin) * 100)}%` }} />
            </td>
            <td class="hop-text">{sayHop(name, receipt, words)}</td>
          </tr>
        ))}
      </tbody>
      {totalMs !== undefined && (
        <tfoot>
          <tr>
            <th scope="row">{stop.total}</th>
            <td class="hop-ms">{formatHop(totalMs)}</td>
            <td />
            <td />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const formatHop = (ms: number): string =>
  ms < 10 && ms % 1 !== 0 ? `${ms.toFixed(1)} ms` : formatDuration(ms);

/** Begins with a capital, unless it is a word of the API. */
const headOf = (name: string): string =>
  name.replace(/^[a-z](?![a-z]*[A-Z])/, (first) => first.toUpperCase());
