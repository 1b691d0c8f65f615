/* A receipt's hops are drawn in the order they were reached, each over the time that it took. */
import { expect, it } from 'vitest';
import type { Receipt } from '#shared/api/contract/cancel/cancel.ts';
import { reachedHops } from '../../../../../../services/visualiser/app/run/stop/receipt-hops.ts';
import { isoAt } from '../../../../../support/model/stored-run.ts';

const receipt = (hops: object): Receipt => ({
  id: '0c9d4e7a-3b58-4f12-9a6d-e81f72c5b043',
  status: 'fail',
  state: 'fail',
  requested: { at: isoAt(0), source: 'user', mode: 'graceful' },
  evidence: { steps: 0, screenshots: 0, video: false },
  ...hops,
});

it('the hops of a receipt come in the order in which they were reached, each on its part of the way', () => {
  const hops = reachedHops(
    receipt({
      final: { at: isoAt(40), ms: 10 },
      stored: { at: isoAt(10), ms: 10 },
      delivered: { at: isoAt(30), ms: 20, epoch: 1, via: 'command', state: 'running.launching' },
      abortRaised: { at: isoAt(30), ms: 0, state: 'running.launching' },
    }),
  );
  expect(hops.map(({ name, ms, begin, end }) => [name, ms, begin, end])).toEqual([
    ['stored', 10, 0, 0.25],
    ['delivered', 20, 0.25, 0.75],
    ['abortRaised', 0, 0.75, 0.75],
    ['final', 10, 0.75, 1],
  ]);
});

it('a receipt without hops has none, and hops without a time no part of the way', () => {
  expect(reachedHops(receipt({}))).toEqual([]);
  expect(reachedHops(receipt({ stored: { at: isoAt(0), ms: 0 } }))).toMatchObject([{ begin: 0, end: 0 }]);
});
