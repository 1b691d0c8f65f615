import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { createSerialTask } from '#shared/async/serial-task.ts';

const TABLE = '/proc/net/tcp';
/** Its column, counted from the local address: remote, state, queues, timer, retransmits, user. */
const UID = 6;
/** The kernel gives the table in pieces, and may pass over a connection when another one goes in between. */
const READINGS = 3;
const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';

/**
 * Which user's process is at the other end of a connection on 127.0.0.1, from the kernel's table: Chromium's SOCKS
 * has no password, and none is needed between processes of one user, which can read each other's memory. One reading
 * of the table serves all callers that asked before it began.
 */
export function createPeers(readTable = () => readFile(TABLE, 'latin1')) {
  let text = '';
  const reading = createSerialTask(
    async () => {
      text = await readTable();
    },
    () => {
      text = '';
    },
  );

  /** The user of the process that connected from `port` to `toPort`; undefined if it is not in the table. */
  return async function userOf(port: number, toPort: number): Promise<number | undefined> {
    for (let n = 0; n < READINGS; n += 1) {
      await reading.run();
      const at = text.indexOf(` ${end(port)} ${end(toPort)} `);
      const uid = at < 0 ? undefined : text.slice(at + 1, at + 200).split(/ +/)[UID];
      if (uid !== undefined) return Number(uid);
    }
    return undefined;
  };
}

const end = (port: number) => `${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
