/* The one-time codes of a seed (RFC 6238), by its URI as the vault has it. Pure: the clock is the caller's. */
import { HOTP, TOTP, URI } from 'otpauth';

/** How long each code is good for, s. */
export const periodOf = (uri: string): number => totpOf(uri).period;

/** The code of a counter: the number of the period since 1970. */
export function codeAt(uri: string, counter: number): string {
  const { secret, algorithm, digits } = totpOf(uri);
  return HOTP.generate({ secret, algorithm, digits, counter });
}

/** Everything that gives the seed away. */
export function seedTextsOf(uri: string): string[] {
  const { secret } = totpOf(uri);
  return [uri, secret.base32, secret.hex.toLowerCase(), secret.hex.toUpperCase()];
}

/** The error does not repeat the text. */
function totpOf(uri: string): TOTP {
  try {
    const parsed = URI.parse(uri);
    if (parsed instanceof TOTP) return parsed;
  } catch {
    // The parser's own message may repeat it.
  }
  throw new Error('it is no seed of codes by time');
}
