import { formatDuration } from '#shared/domain/words/duration.ts';
import { type DurationUnit, typedDuration } from '../kit/inputs/duration.ts';
import { locale } from '../session/preferences.ts';

const formatOf = (unit: DurationUnit) =>
  new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumSignificantDigits: 3,
  });

/** `hours`, in the user's language. */
export const unitText = (unit: DurationUnit): string =>
  formatOf(unit)
    .formatToParts(2)
    .find(({ type }) => type === 'unit')?.value ?? unit;

const MINUTE_MS = 60_000;

/** A duration that people have chosen, in the largest unit that goes: `7 days`, `90 minutes`. */
export function chosenDuration(ms: number): string {
  if (ms < MINUTE_MS) return formatDuration(ms);
  const { count, unit } = typedDuration(ms);
  return formatOf(unit).format(count);
}
