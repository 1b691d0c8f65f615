/* What is typed into the form of a profile, as it is posted. Pure but for the form that it reads. */
import { durationIn } from '../kit/inputs/duration.ts';
import type { PostedProfile } from './profiles.ts';

/** Fields that are empty are left out. */
export function settingsOf(form: FormData): PostedProfile {
  const given = (name: string) => String(form.get(name) ?? '').trim();
  const check = { url: given('url'), visible: given('visible') };
  const [flow, maxAgeMs] = [given('flow'), durationIn(form, 'age')];
  return {
    ...((check.url !== '' || check.visible !== '') && { check }),
    ...(flow !== '' && { login: { flow } }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    passkeys: form.has('passkeys'),
    note: given('note'),
  };
}
