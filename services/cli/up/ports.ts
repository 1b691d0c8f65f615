import { LocalError } from '#shared/adapters/binaries/errors.ts';
import { probePort } from '../local/process/free-port.ts';

const LAST_PORT = 65_535;

/**
 * The ports of `count` gateways: the first has `port` itself, the others the next free ones; 0 leaves all to the system.
 * @throws LocalError port_busy
 */
export const chooseGatewayPorts = async (
  port: number,
  count: number,
  host: string,
  probe: typeof probePort = probePort,
): Promise<number[]> => {
  if (port === 0) return Array.from({ length: count }, () => 0);
  const ports: number[] = [];
  for (let next = port; ports.length < count; next += 1) {
    const isFree = next <= LAST_PORT && (await probe(next, host)) !== undefined;
    if (isFree) ports.push(next);
    else if (next === port) {
      throw new LocalError(
        'port_busy',
        `port ${port} is in use: choose another with --port N (0: any free one)`,
      );
    } else if (next > LAST_PORT) {
      throw new LocalError('port_busy', `not enough free ports above ${port} for ${count} gateways`);
    }
  }
  return ports;
};
