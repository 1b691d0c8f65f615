import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { RECEIPT_HOPS, type ReceiptHopName } from '#shared/api/contract/cancel/receipt-hops.ts';

export interface ReceiptHop {
  name: ReceiptHopName;
  at: number;
  /** The time since the hop before, ms. */
  ms: number;
  /** Where it ends on the way from the request to the last hop, 0 to 1, and where it began. */
  begin: number;
  end: number;
}

/** The hops that were reached, in the order of their coming. */
export function reachedHops(receipt: Receipt): ReceiptHop[] {
  const reached = RECEIPT_HOPS.flatMap((name) => {
    const hop = receipt[name];
    return hop ? [{ name, at: Date.parse(hop.at), ms: hop.ms }] : [];
  }).toSorted((a, b) => a.at - b.at || RECEIPT_HOPS.indexOf(a.name) - RECEIPT_HOPS.indexOf(b.name));
  const all = reached.reduce((sum, { ms }) => sum + ms, 0) || 1;
  let passed = 0;
  return reached.map((hop) => {
    const begin = passed / all;
    passed += hop.ms;
    return { ...hop, begin, end: passed / all };
  });
}
