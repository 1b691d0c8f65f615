import { Icon } from '../kit/icon.tsx';
import { route } from '../session/location.ts';
import { hashOf, type Route } from '../session/route.ts';
import { NO_FILTER } from '../session/runs-filter.ts';
import { text } from '../text/text.ts';
import { MOST_SHOWN, useWaiting, waiting } from './waiting.ts';

const LIST = { view: 'runs', filter: { ...NO_FILTER, attention: 'me' } } as const satisfies Route;

/** Whether that is the list of what waits for the user. */
export const isOfWaiting = (at: Route): boolean => at.view === 'runs' && at.filter?.attention === 'me';

/** To the runs that wait for the user, with their number, while there are some. */
export function WaitingLink() {
  useWaiting();
  const { app } = text.value;
  const isHere = isOfWaiting(route.value);
  const count = waiting.value?.length ?? 0;
  if (count === 0 && !isHere) return null;
  return (
    <a class="waiting-link" href={hashOf(LIST)} aria-current={isHere ? 'page' : undefined}>
      <Icon name="warning" />
      <span>{app.waiting}</span>
      <b>{count > MOST_SHOWN ? `${MOST_SHOWN}+` : count}</b>
    </a>
  );
}
