/** `2026-11-25 14:03:09`, or with `.120`, in the time zone of this machine. `time` in epoch ms. */
export function localTime(time: number, precision: 's' | 'ms' = 's'): string {
  const date = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return date
    .toISOString()
    .slice(0, precision === 's' ? 19 : 23)
    .replace('T', ' ');
}
