import { TOTP, URI } from 'otpauth';

const DIGITS = { min: 6, max: 8 };
const PERIOD_S = { min: 15, max: 120 };

/** What an `otpauth://totp/…` URI says, always written in the same way; undefined if it is none that can be used. */
export function totpUri(text: string): string | undefined {
  const parsed = parse(text);
  if (!(parsed instanceof TOTP) || parsed.secret.bytes.length === 0) return undefined;
  const { digits, period } = parsed;
  const isUsual =
    digits >= DIGITS.min && digits <= DIGITS.max && period >= PERIOD_S.min && period <= PERIOD_S.max;
  return isUsual ? parsed.toString() : undefined;
}

/** The parser's own errors may repeat what it has read. */
function parse(text: string): unknown {
  try {
    return URI.parse(text);
  } catch {
    return undefined;
  }
}
