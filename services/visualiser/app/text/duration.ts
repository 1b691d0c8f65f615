import { formatAge } from '#shared/domain/words/duration.ts';

/** How long ago something was, in its largest unit: `12 s`, `14 m`, `3 h`, `5 d`. */
export const formatAgo = (ms: number): string => formatAge(ms).split(' ').slice(0, 2).join(' ');

/** A time from the run's start, with the hundredths that tell events apart: `+0.42 s`, `+1:03.50`. */
export function formatOffset(ms: number): string {
  const hundredths = Math.max(0, Math.round(ms / 10));
  const [minutes, rest] = [Math.floor(hundredths / 6_000), hundredths % 6_000];
  const seconds = (rest / 100).toFixed(2);
  return minutes === 0 ? `+${seconds} s` : `+${minutes}:${seconds.padStart(5, '0')}`;
}

/** A round time from the run's start: `0 s`, `1.5 s`, `2:30`. */
export function formatTick(ms: number): string {
  if (ms < 60_000) return `${ms / 1_000} s`;
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}
