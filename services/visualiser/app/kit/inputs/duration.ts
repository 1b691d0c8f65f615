/* A duration as it is typed: a number and its unit. Pure but for the form that it reads. */

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type DurationUnit = keyof typeof UNITS_MS;

interface TypedDuration {
  count: number;
  unit: DurationUnit;
}

/** A duration in the largest of these units of which it is a whole number, or else in the first, which is the smallest. */
export function typedDuration(
  ms: number,
  units: readonly [DurationUnit, ...DurationUnit[]] = ['minute', 'hour', 'day'],
): TypedDuration {
  const unit = units.findLast((one) => ms % UNITS_MS[one] === 0) ?? units[0];
  return { count: ms / UNITS_MS[unit], unit };
}

/** What is typed into the two fields of a duration, ms; undefined if that is nothing. */
export function durationIn(form: FormData, name: string): number | undefined {
  const [count, unit] = [name, unitField(name)].map((field) => String(form.get(field) ?? '').trim());
  return count !== '' && isUnit(unit) ? Math.round(Number(count) * UNITS_MS[unit]) : undefined;
}

/** The name of the field of its unit. */
export const unitField = (name: string): string => `${name}-unit`;

const isUnit = (text: string | undefined): text is DurationUnit =>
  text !== undefined && Object.hasOwn(UNITS_MS, text);
