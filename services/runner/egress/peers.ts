import { open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { createSerialTask } from '#shared/platform/async/serial-task.ts';

const TABLE = '/proc/net/tcp';
/** The kernel gives no more of it at a time where a page of memory is as large as this. */
const PIECE_BYTES = 4_096;
/** Its column, counted from the local address: remote, state, queues, timer, retransmits, user. */
const UID = 6;
/** The kernel gives the table in pieces, and may pass over a connection when another one goes in between. */
const READINGS = 3;
const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';

interface Asked {
  /** How its line begins, after the number. */
  ends: string;
  uid: number | undefined;
}

/**
 * The user at the other end of a connection on 127.0.0.1, from the kernel's table, as Chromium's SOCKS has no password.
 * One reading serves all earlier callers and stops at their last line: a whole table takes the kernel 5 ms on 24 GiB.
 */
export function createPeers(readTable: () => AsyncIterable<string> = piecesOfTable) {
  let asked: Asked[] = [];
  const reading = createSerialTask(
    async () => {
      const sought = asked;
      asked = [];
      let begun = '';
      for await (const piece of readTable()) {
        const text = begun + piece;
        const whole = text.lastIndexOf('\n') + 1;
        begun = text.slice(whole);
        const lines = text.slice(0, whole);
        for (const one of sought) one.uid ??= userIn(lines, one.ends);
        if (sought.every(({ uid }) => uid !== undefined)) return;
      }
    },
    () => undefined,
  );

  /** The user of the process that connected from `port` to `toPort`; undefined if it is not in the table. */
  return async function userOf(port: number, toPort: number): Promise<number | undefined> {
    const one: Asked = { ends: ` ${end(port)} ${end(toPort)} `, uid: undefined };
    for (let n = 0; n < READINGS && one.uid === undefined; n += 1) {
      asked.push(one);
      await reading.run();
    }
    return one.uid;
  };
}

const end = (port: number) => `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, '0')}`;

function userIn(lines: string, ends: string): number | undefined {
  const at = lines.indexOf(ends);
  const uid = at < 0 ? undefined : lines.slice(at + 1, at + 200).split(/ +/)[UID];
  return uid === undefined ? undefined : Number(uid);
}

async function* piecesOfTable(): AsyncGenerator<string, void> {
  await using table = await open(TABLE);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  while (true) {
    const { bytesRead } = await table.read(piece, 0, PIECE_BYTES, null);
    if (bytesRead === 0) return;
    yield piece.toString('latin1', 0, bytesRead);
  }
}
