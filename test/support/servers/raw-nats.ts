/*
 * A connection to NATS without a client: it sends what a client would refuse to send. Owns the socket; answers pings.
 */
import { connect } from 'node:net';

export interface RawNats {
  /** Sends this as it is. */
  send(text: string | Buffer): void;
  /** Resolves to whether the connection still stands when the server has read all that was sent. */
  settled(): Promise<boolean>;
  /** The reply subjects of what came, the latest last. */
  readonly replies: readonly string[];
  /** What the server refused. */
  readonly errors: readonly string[];
  close(): void;
}

export async function openRawNats(port: number, login: Record<string, unknown>): Promise<RawNats> {
  const socket = connect(port, '127.0.0.1');
  const replies: string[] = [];
  const errors: string[] = [];
  const waiting: ((stands: boolean) => void)[] = [];
  let closed = false;
  let rest = '';

  const take = (line: string) => {
    if (line === 'PING') socket.write('PONG\r\n');
    else if (line === 'PONG') waiting.shift()?.(true);
    else if (line.startsWith('-ERR')) errors.push(line);
    const [, reply] = /^H?MSG \S+ \S+ (\$JS\.ACK\.\S+)( \d+)+$/.exec(line) ?? [];
    if (reply !== undefined) replies.push(reply);
  };
  socket.on('data', (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', () => {
    closed = true;
    for (const tell of waiting.splice(0)) tell(false);
  });

  const settled = (before = '') =>
    new Promise<boolean>((resolve) => {
      if (closed) return resolve(false);
      waiting.push(resolve);
      socket.write(`${before}PING\r\n`);
    });
  const options = { verbose: false, pedantic: false, headers: true, no_responders: true, ...login };
  const hello = `CONNECT ${JSON.stringify({ lang: 'raw', version: '1', protocol: 1, ...options })}\r\n`;
  // Sent in one piece: if a server hangs up with something unread, its answer may be lost on the way.
  if (!(await settled(hello))) throw new Error(`not let in: ${errors.join()}`);
  return {
    send: (text) => void (closed || socket.write(text)),
    settled: () => settled(),
    replies,
    errors,
    close: () => socket.destroy(),
  };
}
