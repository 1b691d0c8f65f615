import { expect } from 'vitest';
import type { ReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import { type Receipt, receiptSchema } from '#shared/api/contract/cancel/cancel.ts';
import { receiptOf } from '../../../services/gateway/cancel/receipt.ts';
import { START } from './cancel-history.ts';

export const RECEIPT_OPTIONS = { showKey: true, overdueMs: 14_500 };
/** Its receipt, of the shape that the contract tells. */
export const receiptFor = (row: ReceiptRow, options = RECEIPT_OPTIONS): Receipt | undefined => {
  const receipt = receiptOf(row, row.events, row.now, options);
  if (receipt) expect(receiptSchema.parse(receipt)).toEqual(receipt);
  return receipt;
};
/** A moment of the history, ISO 8601. */
export const at = (ms: number) => new Date(START + ms).toISOString();
export const hop = (ms: number, after: number) => ({ at: at(ms), ms: after });
