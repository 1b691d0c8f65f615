import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { UsageError } from '../command.ts';
import { homeOf } from '../up/home/home.ts';
import { readUpFile } from '../up/home/up-file.ts';
import { AddressError } from './address-error.ts';

export interface GatewayAddress {
  /** The URL of the gateway, without a trailing slash. */
  url: string;
  apiKey: string;
}

/**
 * The gateway to use: `GHOSTLY_URL` with `GHOSTLY_API_KEY`, otherwise the stack of `GHOSTLY_HOME`, with its own key
 * unless `GHOSTLY_API_KEY` is set. @throws UsageError, or AddressError no_gateway or no_key
 */
export async function locateGateway(env: Environment, cwd: string): Promise<GatewayAddress> {
  const { url, home, ownKey } = await find(env, cwd);
  const apiKey = env.GHOSTLY_API_KEY || ownKey;
  if (apiKey) return { url, apiKey: headerValue(apiKey) };
  if (home === undefined) throw new UsageError('GHOSTLY_URL also requires GHOSTLY_API_KEY');
  throw new AddressError(
    'no_key',
    `the stack here (${home}) has no API key: set GHOSTLY_API_KEY, or restart it with GHOSTLY_ADMIN_EMAIL set to an admin of its database`,
  );
}

/** Its URL, for what is used with the keys of others. @throws UsageError, or AddressError no_gateway */
export const locateUrl = async (env: Environment, cwd: string): Promise<string> => (await find(env, cwd)).url;

interface Found {
  url: string;
  /** The home of the stack on this machine; undefined for a gateway that was named. */
  home?: string;
  ownKey?: string;
}

async function find(env: Environment, cwd: string): Promise<Found> {
  if (env.GHOSTLY_URL) return { url: baseOf(env.GHOSTLY_URL) };
  const home = homeOf(env, cwd);
  const up = await readUpFile(home.upFile);
  if (up !== undefined) return { url: up.gateway, home: home.path, ownKey: up.apiKey };
  throw new AddressError(
    'no_gateway',
    `no stack is running here (${home.path}): start one with \`npx ghostly up\`, or set GHOSTLY_URL and GHOSTLY_API_KEY`,
  );
}

function baseOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`GHOSTLY_URL must be an http or https URL, not "${text}"`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function headerValue(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError('GHOSTLY_API_KEY contains characters that are not valid in a key');
  return key;
}
