import type { Receipt } from '#shared/contract/cancel.ts';
import type { ReceiptHopName } from '#shared/contract/receipt-hops.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { hopsOf } from '../model/receipt-hops.ts';
import { text } from '../text/text.ts';

/** How long each hop of a cancel took, to scale. */
export function Hops({ receipt }: { receipt: Receipt }) {
  const { stop } = text.value;
  const { totalMs } = receipt;
  return (
    <table class="hops">
      <caption class="sr">{stop.receipt}</caption>
      <tbody>
        {hopsOf(receipt).map(({ name, ms, begin, end }) => (
          <tr key={name}>
            <th scope="row">{stop.hops[name]}</th>
            <td class="hop-ms">{formatHop(ms)}</td>
            <td class="hop-bar" aria-hidden="true">
              <span style={{ left: `${begin * 100}%`, width: `${Math.max(0.6, (end - begin) * 100)}%` }} />
            </td>
            <td class="hop-told">{detailOf(receipt, name)}</td>
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

function detailOf(receipt: Receipt, name: ReceiptHopName): string {
  const { stop } = text.value;
  const { delivered, hardened, atomicStepEnded, abortRaised, callInterrupted, onCancelDone, final, browser } =
    receipt;
  const browserText = browser ? stop.browsers[browser.outcome] : '';
  switch (name) {
    case 'stored':
      return stop.storedText;
    case 'delivered':
      return delivered
        ? stop.delivery(stop.deliveredBy[delivered.via] ?? delivered.via, delivered.state)
        : '';
    case 'hardened':
      return hardened ? stop.abortIn(hardened.state) : '';
    case 'atomicStepEnded':
      return atomicStepEnded?.ended ? stop.atomicEnded : stop.atomicCut;
    case 'abortRaised':
      if (!abortRaised) return '';
      return abortRaised.stepIndex === undefined
        ? stop.abortIn(abortRaised.state)
        : stop.abortStep(abortRaised.stepIndex + 1, abortRaised.state);
    case 'callInterrupted':
      return callInterrupted?.timedOut ? stop.timedOut : '';
    case 'onCancelDone':
      return onCancelDone ? stop.cleanText(onCancelDone.ok, onCancelDone.failed) : '';
    case 'contextClosed':
      return browserText;
    case 'final':
      return [
        receipt.status === 'fail' ? text.value.standing.cancelled : receipt.status,
        final?.stale && text.value.words.runnerLost,
        !receipt.contextClosed && browserText,
      ]
        .filter(Boolean)
        .join(' · ');
  }
}
