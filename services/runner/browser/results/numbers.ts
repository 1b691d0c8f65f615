/**
 * The number that a text shows: `$1,234.50`, `1.234,50 €`, `-3`; undefined if there is none. Of one separator before three
 * digits it cannot be known what it is: it counts as one of thousands.
 */
export function numberIn(text: string): number | undefined {
  const [found] = /[-−]?\d(?:[\d.,'’\u00a0\u202f ]*\d)?/.exec(text) ?? [];
  if (found === undefined) return undefined;
  const digits = found.replaceAll(/[\s'’\u00a0\u202f]/g, '').replace('−', '-');
  const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  const separators = digits.replaceAll(/[^.,]/g, '');
  const isDecimal =
    last >= 0 && (new Set(separators).size > 1 || (separators.length === 1 && !/[.,]\d{3}$/.test(digits)));
  const whole = (isDecimal ? digits.slice(0, last) : digits).replaceAll(/[.,]/g, '');
  return Number(isDecimal ? `${whole}.${digits.slice(last + 1)}` : whole);
}
