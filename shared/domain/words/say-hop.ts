/* The details of a cancel's hops, in the words of a language. Pure. */
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import type { ReceiptHopName } from '#shared/api/contract/cancel/receipt-hops.ts';
import { outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { Words } from './en.ts';
import { textIn } from './say.ts';
import { textOfLastLook } from './say-page.ts';
import { lossOf } from './say-stop.ts';

/** Empty where its name says all. */
export function sayHop(name: ReceiptHopName, receipt: Receipt, { receipt: words, ...others }: Words): string {
  switch (name) {
    case 'stored':
      return words.stored;
    case 'delivered': {
      const { owner, epoch, via, state } = receipt.delivered!;
      const how = textIn(words.learned, via, via);
      return joined(owner && words.to(owner.slice(0, 8), epoch), how, words.in(state));
    }
    case 'hardened':
      return words.in(receipt.hardened!.state);
    case 'atomicStepEnded':
      return receipt.atomicStepEnded!.ended ? words.waitedFor : words.timeOver;
    case 'abortRaised': {
      const { state, stepIndex } = receipt.abortRaised!;
      return joined(stepIndex === undefined ? undefined : words.interrupts(stepIndex + 1), words.in(state));
    }
    case 'callInterrupted':
      return receipt.callInterrupted!.timedOut ? words.timedOut : '';
    case 'onCancelDone':
      return words.cleaned(receipt.onCancelDone!.ok, receipt.onCancelDone!.failed);
    case 'contextClosed':
      return browserOf(receipt, words);
    case 'final': {
      const { status, final, contextClosed, requested } = receipt;
      const outcome = isFinal(status) && outcomeOfEnd({ status, cancelled: true, source: requested.source });
      return joined(
        outcome ? others.outcomes[outcome] : status,
        final!.stale && lossOf(receipt.verdict, others),
        contextClosed === undefined && browserOf(receipt, words),
      );
    }
  }
}

/** What is kept of a run, and what of its page at the end, or why not. */
export function sayKept({ steps, screenshots, video, lastLook }: Receipt['evidence'], words: Words): string {
  const { what } = words.said.lastLook;
  const { kept = [], missing = [] } = lastLook ?? {};
  const atEnd = kept.length > 0 && words.receipt.lastLook(kept.map((one) => what[one]).join(', '));
  const lacking = missing.length > 0 && textOfLastLook({ missing }, words);
  return [joined(words.receipt.kept(steps, screenshots, video), atEnd), lacking].filter(Boolean).join('. ');
}

const joined = (...parts: (string | false | undefined)[]): string => parts.filter(Boolean).join(', ');

function browserOf({ browser }: Receipt, { browsers }: Words['receipt']): string {
  if (browser === undefined) return '';
  return browser.pid === undefined
    ? browsers[browser.outcome]
    : `${browsers[browser.outcome]} (pid ${browser.pid})`;
}
