import { useEffect, useRef, useState } from 'preact/hooks';
import { nowOfRuns } from '../kit/clock.ts';
import { Icon } from '../kit/icon.tsx';
import { outages, type PageOutage, unread } from '../session/connection.ts';
import { clockText } from '../text/moment.ts';
import { text } from '../text/text.ts';

const OVER_MS = 4_000;

/**
 * Says on every page what cannot be reached, since when, and what goes on meanwhile; then, for a moment, that it is over. It
 * lies above the page, so that nothing moves.
 */
export function OutageNotice() {
  const now = outages.value;
  const over = useJustOver(now);
  return (
    <div class="outages" role="status" aria-live="polite">
      {now.map((outage) => (
        <Lost key={outage.name} outage={outage} />
      ))}
      {over.map(({ name }) => (
        <p key={name} class="outage is-found">
          <Icon name="check" />
          <strong>{text.value.outages[name].over}</strong>
        </p>
      ))}
    </div>
  );
}

function Lost({ outage }: { outage: PageOutage }) {
  const isPast = useIsPast(outage.runsGoOnUntil);
  return (
    <p class="outage is-lost" data-outage={outage.name}>
      <Icon name="warning" />
      <span>
        <strong>{sinceText(outage)}</strong> {meanwhileText(outage, isPast)}
      </span>
    </p>
  );
}

/** Whether this time, ISO, is over: then nothing is promised until then any more. */
function useIsPast(at: string | undefined): boolean {
  const [isPast, setPast] = useState(false);
  useEffect(() => {
    setPast(false);
    if (at === undefined) return;
    const timer = setTimeout(() => setPast(true), Math.max(0, Date.parse(at) - nowOfRuns()));
    return () => clearTimeout(timer);
  }, [at]);
  return isPast;
}

function sinceText({ name, since }: PageOutage): string {
  return text.value.outages[name].since(clockText(since));
}

/** Why a view has nothing to show. */
export function whyUnread(): string {
  const outage = unread.value;
  return outage ? sinceText(outage) : text.value.app.lost;
}

function meanwhileText({ name, runsGoOnUntil }: PageOutage, isPast: boolean): string {
  const { outages: words } = text.value;
  if (name !== 'database') return words[name].meanwhile();
  if (runsGoOnUntil === undefined) return words.database.stands;
  return (isPast ? words.database.past : words.database.meanwhile)(clockText(runsGoOnUntil));
}

/** For a moment after they are over: those that were there last. */
function useJustOver(now: readonly PageOutage[]): readonly PageOutage[] {
  const before = useRef(now);
  const [over, setOver] = useState<readonly PageOutage[]>([]);
  useEffect(() => {
    const last = before.current;
    before.current = now;
    setOver(now.length === 0 ? last : []);
    const timer = setTimeout(() => setOver([]), OVER_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return now.length === 0 ? over : [];
}
