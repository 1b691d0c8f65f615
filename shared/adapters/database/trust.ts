/** Node's codes for a certificate of the server that does not verify. */
const UNTRUSTED =
  /^(CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|INVALID_CA|ERR_TLS_CERT_ALTNAME_INVALID)$/;
const WITHOUT_TLS = 'The server does not support SSL connections';

const WHERE = 'sslrootcert in the URL names the file with the certificate of the authority that issued it';

/** Whether the server is there, but is not proved to be the right one. */
export const isUntrusted = (error: Error): boolean =>
  error.message === WITHOUT_TLS || ('code' in error && UNTRUSTED.test(String(error.code)));

/** Thrown where the URL is read. A connection that is reset is a failed `read`, too, but no folder. */
const isOfFile = (error: NodeJS.ErrnoException): boolean =>
  error.syscall === 'open' || error.code === 'EISDIR';

/** Why there can be no TLS to the server as the URL demands it, as a sentence for the operator; undefined for other errors. */
export function whyNoTls(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // Node's message goes on with advice about its own switches.
    const [reason] = cause.message.split(';');
    if (cause.message === WITHOUT_TLS) return 'the server has no TLS, which sslmode in the URL demands';
    if (isUntrusted(cause)) return `the certificate of the server is not trusted (${reason}): ${WHERE}`;
    if (isOfFile(cause)) return `a file that the URL names for TLS cannot be read (${reason}): ${WHERE}`;
  }
  return undefined;
}
