import { type Client, createClient } from '#shared/api/client/index.ts';
import type { CommandContext } from '../command.ts';
import { locateGateway } from './locate.ts';

/** A client of the gateway that this command uses. @throws UsageError, AddressError */
export async function connect({ env, cwd }: CommandContext): Promise<Client> {
  return createClient(await locateGateway(env, cwd));
}
