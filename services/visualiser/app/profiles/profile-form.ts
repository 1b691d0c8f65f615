/* What is typed into the form of a profile, as it is posted. Pure but for the form that it reads. */
import type { PostedProfile } from './profiles.ts';

const UNITS_MS = { hours: 3_600_000, days: 86_400_000 } as const;
export type AgeUnit = keyof typeof UNITS_MS;
export const AGE_UNITS = Object.keys(UNITS_MS) as AgeUnit[];

/** An age as it is typed: in days if it is whole days. */
export function ageOf(ms: number): { count: number; unit: AgeUnit } {
  const unit = ms % UNITS_MS.days === 0 ? 'days' : 'hours';
  return { count: ms / UNITS_MS[unit], unit };
}

const isUnit = (text: string): text is AgeUnit => Object.hasOwn(UNITS_MS, text);

/** Fields that are empty are left out. */
export function settingsOf(form: FormData): PostedProfile {
  const given = (name: string) => String(form.get(name) ?? '').trim();
  const check = { url: given('url'), visible: given('visible') };
  const [flow, age, unit] = [given('flow'), given('age'), given('unit')];
  return {
    ...((check.url !== '' || check.visible !== '') && { check }),
    ...(flow !== '' && { login: { flow } }),
    ...(age !== '' && isUnit(unit) && { maxAgeMs: Math.round(Number(age) * UNITS_MS[unit]) }),
    passkeys: form.has('passkeys'),
    note: given('note'),
  };
}
