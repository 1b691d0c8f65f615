/** Statuses whose `Retry-After` is heeded: too many requests, and not available. */
const ASKING = [429, 503];

/**
 * For how long an answer asks to be left alone by its `Retry-After`, in seconds or as a date, ms; undefined if it does not,
 * or not in a way that HTTP knows. `now`: epoch ms.
 */
export function pauseOf(
  { status, retryAfter }: { status: number; retryAfter: string | undefined },
  now: number,
): number | undefined {
  const value = retryAfter?.trim() ?? '';
  if (!ASKING.includes(status)) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  // `Date.parse` takes much for a date.
  const at = /^[A-Z][a-z]+, .+ GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
