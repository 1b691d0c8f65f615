import { useEffect, useRef, useState } from 'preact/hooks';
import { outages, type PageOutage } from '../state/connection.ts';
import { clockText } from '../text/moment.ts';
import { text } from '../text/text.ts';
import { Icon } from './icon.tsx';

const OVER_MS = 4_000;

/**
 * Says on every page what cannot be reached, since when, and what goes on meanwhile; then, for a moment, that it is over. It
 * lies above the page, so that nothing moves.
 */
export function OutageNotice() {
  const now = outages.value;
  const wasOut = useJustOver(now.length > 0);
  return (
    <div class="outages" role="status" aria-live="polite">
      {now.map((outage) => (
        <p key={outage.name} class="outage is-lost">
          <Icon name="warning" />
          <span>
            <strong>{sinceText(outage)}</strong> {meanwhileText(outage)}
          </span>
        </p>
      ))}
      {wasOut && now.length === 0 && (
        <p class="outage is-found">
          <Icon name="check" />
          <strong>{text.value.outages.over}</strong>
        </p>
      )}
    </div>
  );
}

function sinceText({ name, since }: PageOutage): string {
  return text.value.outages[name].since(clockText(since));
}

/** Why a view has nothing to show. */
export function whyUnread(): string {
  const [outage] = outages.value;
  return outage ? sinceText(outage) : text.value.app.lost;
}

function meanwhileText({ name, since, runsGoOnUntil = since }: PageOutage): string {
  return text.value.outages[name].meanwhile(clockText(runsGoOnUntil));
}

/** For a moment after something that was is no more. */
function useJustOver(isNow: boolean): boolean {
  const was = useRef(false);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const ends = was.current && !isNow;
    was.current = isNow;
    setOver(ends);
    if (!ends) return;
    const timer = setTimeout(() => setOver(false), OVER_MS);
    return () => clearTimeout(timer);
  }, [isNow]);
  return isOver;
}
