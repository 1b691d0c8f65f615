/** SQL that is true of a server that takes writes: not of a standby, nor of one that was the primary before a failover. */
export const TAKES_WRITES = `current_setting('transaction_read_only') = 'off'`;
