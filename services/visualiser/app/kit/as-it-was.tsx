import { clockText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { shownAsOf } from './clock.ts';

/** The moment of everything that is shown, in words; undefined while that is now. */
export function asItWas(): string | undefined {
  const at = shownAsOf.value;
  return at === undefined ? undefined : text.value.app.asItWas(clockText(new Date(at).toISOString()));
}

/** Marks a view as old in an outage. */
export function AsItWas() {
  const words = asItWas();
  return words === undefined ? null : <em class="as-it-was">{words}</em>;
}
