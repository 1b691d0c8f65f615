export interface PostgresSettings {
  port: number;
  /** False: nothing is synced to disk. For tests. */
  durable: boolean;
  /** 200 if left out. */
  maxConnections?: number | undefined;
}

/**
 * Settings as arguments: 127.0.0.1 only, no socket file. Errors are logged tersely and without their statement, as both
 * may quote values of users (I10).
 */
export const postgresArguments = (
  dataDir: string,
  { port, durable, maxConnections = 200 }: PostgresSettings,
): string[] => {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    log_line_prefix: '%m [%p] ',
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
};

const READY = 'database system is ready to accept connections';
export const saysReady = (line: string): boolean => line.includes(READY);

export type StartFailure = 'locked' | 'port_busy' | 'other';

/**
 * Classifies the last output of a server that did not start. After kill -9 its children hold the lock a moment
 * longer.
 */
export const startFailure = (message: string): StartFailure => {
  if (/lock file|pre-existing shared memory|another server might be running/i.test(message)) {
    return /could not bind|Address already in use/i.test(message) ? 'port_busy' : 'locked';
  }
  return /could not bind|could not create any TCP\/IP sockets|Address already in use/i.test(message)
    ? 'port_busy'
    : 'other';
};
