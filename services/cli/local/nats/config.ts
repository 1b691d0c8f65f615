import { ACCOUNTS, framesUserOf } from '#shared/adapters/bus/accounts.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';
import { subscriberAccounts } from './subscriber-accounts.ts';

interface NatsCredentials {
  service: string;
  reader?: string;
}

export interface NatsAccess {
  credentials: NatsCredentials;
  /** The public key that signs the replies to sign-ins. Undefined: no subscribers, only the users with a password. */
  issuer?: string | undefined;
}

export type NatsConfig = NatsAccess & {
  /** Undefined: any free port. */
  port: number | undefined;
  dir: string;
};

export const SERVICE_USER = 'service';
export const READER_USER = 'reader';
const FRAMES_USER = framesUserOf(SERVICE_USER);

/** A reader sees every event and reads their stream; it can publish no commands (I11). */
const READER_SUBSCRIBES = [subjects.allEvents, '_INBOX.>'];
const READER_PUBLISHES = [
  '$JS.API.INFO',
  `$JS.API.STREAM.INFO.${EVENT_STREAM}`,
  '$JS.API.STREAM.NAMES',
  ...['CREATE', 'DURABLE.CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].flatMap((verb) => [
    `$JS.API.CONSUMER.${verb}.${EVENT_STREAM}`,
    `$JS.API.CONSUMER.${verb}.${EVENT_STREAM}.>`,
  ]),
  `$JS.ACK.${EVENT_STREAM}.>`,
  '$JS.FC.>',
];

export const pidFileOf = (dir: string) => `${dir}/nats.pid`;
export const configFileOf = (dir: string) => `${dir}/nats.conf`;

// Unquoted, a value may be taken for a variable or a number with a unit.
const quote = (text: string) => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const list = (texts: readonly string[]) => `[${texts.map(quote).join(', ')}]`;

const readerUser = (password: string) => `
      {
        user: ${READER_USER}, password: ${quote(password)}
        permissions {
          subscribe: ${list(READER_SUBSCRIBES)}
          publish: ${list(READER_PUBLISHES)}
        }
      }`;

const framesAccount = (password: string) => {
  const all = quote(subjects.allFrames);
  return `${ACCOUNTS.frames} {
    users: [
      { user: ${FRAMES_USER}, password: ${quote(password)}, permissions: { subscribe: ${all}, publish: ${all} } }
    ]
  }`;
};

const callout = (issuer: string, users: readonly string[]) => `
authorization {
  auth_callout { issuer: ${quote(issuer)}, account: ${ACCOUNTS.services}, auth_users: ${list(users)} }
}`;

/** The accounts and their users: the same for every NATS server that subscribers use. */
export const accountsConfig = ({ credentials, issuer }: NatsAccess): string => {
  const { service, reader } = credentials;
  const users = [SERVICE_USER, FRAMES_USER, ...(reader === undefined ? [] : [READER_USER])];
  const { exports, accounts, kick } = subscriberAccounts(quote);
  return `accounts {
  ${ACCOUNTS.system} { exports: [{ service: ${quote(kick)}, accounts: [${ACCOUNTS.services}] }] }
  ${ACCOUNTS.services} {
    jetstream: enabled
    users: [
      { user: ${SERVICE_USER}, password: ${quote(service)} }${reader === undefined ? '' : readerUser(reader)}
    ]
    imports: [{ service: { account: ${ACCOUNTS.system}, subject: ${quote(kick)} } }]
    exports: [
      ${exports.join('\n      ')}
    ]
  }
  ${framesAccount(service)}
${accounts.map((account) => `  ${account}`).join('\n')}
}
system_account: ${ACCOUNTS.system}${issuer === undefined ? '' : callout(issuer, users)}
`;
};

/** nats-server's configuration. It holds passwords: write it 0600. */
export const natsConfig = ({ port, dir, ...access }: NatsConfig): string => `host: "127.0.0.1"
port: ${port ?? -1}
server_name: "ghostly"
pid_file: ${quote(pidFileOf(dir))}
jetstream { store_dir: ${quote(dir)} }
${accountsConfig(access)}`;
