import { text } from '../text/text.ts';
import { Icon, type IconName } from './icon.tsx';
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

/** How a run stands, by a word, a sign and a colour. */
export function StandingBadge({ standing, large = false }: { standing: Standing; large?: boolean }) {
  return (
    <span class={`badge badge-${standing}${large ? ' badge-large' : ''}`}>
      <Icon name={ICONS[standing]} size={large ? 16 : 13} />
      {text.value.standing[standing]}
    </span>
  );
}
