import type { Receipt } from './cancel.ts';

/** The hops of a receipt, in order. */
export const RECEIPT_HOPS = [
  ...(['stored', 'delivered', 'hardened', 'atomicStepEnded', 'abortRaised'] as const),
  ...(['callInterrupted', 'onCancelDone', 'contextClosed', 'final'] as const),
] satisfies (keyof Receipt)[];
export type ReceiptHopName = (typeof RECEIPT_HOPS)[number];
