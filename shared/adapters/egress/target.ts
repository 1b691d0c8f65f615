import { plainName } from './names.ts';

/** The host and port that a connection goes to. */
export interface Target {
  /** A name or a literal address, as in the URL. */
  host: string;
  port: number;
}

/** The host and port of an http or https URL. */
export function targetOf({ protocol, hostname, port }: URL): Target {
  const host = plainName(hostname.replace(/^\[(.*)\]$/, '$1'));
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
