import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { text } from '../../text/text.ts';
import { asItWas } from '../as-it-was.tsx';
import { Icon, type IconName } from '../icon.tsx';
import type { Standing } from './standing.ts';

const ICONS: Record<Standing, IconName> = {
  queued: 'clock',
  running: 'play',
  cancelling: 'ladder',
  pass: 'check',
  fail: 'cross',
  cancelled: 'slash',
  lost: 'warning',
};

/** What no outage changes. */
const ENDS: ReadonlySet<Standing> = new Set(OUTCOMES);

/** How a run stands, by a word, a sign and a colour. */
export function StandingBadge({ standing, large = false }: { standing: Standing; large?: boolean }) {
  const old = ENDS.has(standing) ? undefined : asItWas();
  const looks = `${large ? ' badge-large' : ''}${old === undefined ? '' : ' is-old'}`;
  return (
    <span class={`badge badge-${standing}${looks}`} title={old}>
      <Icon name={ICONS[standing]} size={large ? 16 : 13} />
      {text.value.standing[standing]}
    </span>
  );
}
