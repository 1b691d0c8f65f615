import { plainName } from './names.ts';

/** Where a connection is to lead. */
export interface Target {
  /** A name or a literal address, as in the URL. */
  host: string;
  port: number;
}

/** Where an http or https URL leads. */
export function targetOf({ protocol, hostname, port }: URL): Target {
  const host = plainName(hostname.replace(/^\[(.*)\]$/, '$1'));
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
