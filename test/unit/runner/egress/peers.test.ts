/* I15: the user behind a connection is the one that the kernel's table names, or nobody. */
import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createPeers } from '../../../../services/runner/egress/peers.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';
const lineOf = (from: string, to: string, uid: number) =>
  `   0: ${LOOPBACK}:${from} ${LOOPBACK}:${to} 01 00000000:00000000 00:00000000 00000000 ${uid} 0 4242 1\n`;

/** A table that says something else each time it is read, piece by piece. */
const tableOf = (readings: string[][]) => () => piecesOf(readings.shift() ?? []);
async function* piecesOf(pieces: string[]) {
  while (pieces.length > 0) yield pieces.shift()!;
}

describe('I15: who is at the other end of a connection', () => {
  const ours = lineOf('C001', '0FA0', 1234);
  const other = lineOf('C002', '0FA0', 99);

  it('is the user of its line in the table', async () => {
    const userOf = createPeers(tableOf([[HEAD + other, ours]]));
    expect(await userOf(0xc001, 4_000)).toBe(1_234);
  });

  it('is looked up again where the table has passed over it', async () => {
    const userOf = createPeers(tableOf([[HEAD + other], [HEAD + other], [HEAD + other + ours]]));
    expect(await userOf(0xc001, 4_000)).toBe(1_234);
  });

  it.each([20, 60, 90])('is known of a line that comes in two pieces, cut after %i letters', async (at) => {
    const userOf = createPeers(tableOf([[HEAD + ours.slice(0, at), ours.slice(at) + other]]));
    expect(await userOf(0xc001, 4_000)).toBe(1_234);
  });

  it('is nobody if the table does not have it', async () => {
    const without = [HEAD, other];
    const userOf = createPeers(tableOf([[...without], [...without], [...without]]));
    expect(await userOf(0xc001, 4_000)).toBeUndefined();
  });

  it('is known as soon as its line is read, and no more is read', async () => {
    const pieces = [HEAD, other, HEAD, ours];
    expect(await createPeers(tableOf([pieces]))(0xc002, 4_000)).toBe(99);
    expect(pieces).toEqual([HEAD, ours]);
  });
});
