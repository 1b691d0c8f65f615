export type NatsCredentials = { service: string; reader: string };

export type NatsConfig = {
  /** Undefined: any free port. */
  port: number | undefined;
  dir: string;
  credentials: NatsCredentials;
};

export const SERVICE_USER = 'service';
export const READER_USER = 'reader';

const STREAM = 'GHOSTLY_EVENTS';

/** A reader sees every event and reads the stream of them; it commands nothing (I11). */
const READER_SUBSCRIBES = ['ghostly.v1.events.>', '_INBOX.>'];
const READER_PUBLISHES = [
  '$JS.API.INFO',
  `$JS.API.STREAM.INFO.${STREAM}`,
  '$JS.API.STREAM.NAMES',
  ...['CREATE', 'DURABLE.CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].flatMap((verb) => [
    `$JS.API.CONSUMER.${verb}.${STREAM}`,
    `$JS.API.CONSUMER.${verb}.${STREAM}.>`,
  ]),
  `$JS.ACK.${STREAM}.>`,
  '$JS.FC.>',
];

export const pidFileOf = (dir: string) => `${dir}/nats.pid`;
export const configFileOf = (dir: string) => `${dir}/nats.conf`;

// Unquoted, a value may be taken for a variable or a number with a unit.
const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const list = (texts: readonly string[]) => `[${texts.map(quote).join(', ')}]`;

/** nats-server's configuration. It holds passwords: write it 0600. */
export const natsConfig = ({ port, dir, credentials }: NatsConfig): string => `host: "127.0.0.1"
port: ${port ?? -1}
server_name: "ghostly"
pid_file: ${quote(pidFileOf(dir))}
jetstream { store_dir: ${quote(dir)} }
authorization {
  users = [
    { user: ${SERVICE_USER}, password: ${quote(credentials.service)} }
    {
      user: ${READER_USER}, password: ${quote(credentials.reader)}
      permissions {
        subscribe: ${list(READER_SUBSCRIBES)}
        publish: ${list(READER_PUBLISHES)}
      }
    }
  ]
}
`;
