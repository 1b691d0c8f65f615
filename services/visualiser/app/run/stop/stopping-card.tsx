import { useState } from 'preact/hooks';
import type { Receipt } from '#shared/api/client/index.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { sayKept } from '#shared/domain/words/say-hop.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { useNow } from '../../kit/clock.ts';
import { Fact } from '../../kit/fact.tsx';
import { Icon } from '../../kit/icon.tsx';
import { session } from '../../session/session.ts';
import { momentText } from '../../text/moment.ts';
import { text } from '../../text/text.ts';
import { ladderOf } from './ladder.ts';
import type { ReceiptState } from './receipt.ts';
import { Hops } from './receipt-hops.tsx';

export interface StoppingCardProps extends ReceiptState {
  moment: Moment;
  isAsked: boolean;
}

const TICK_MS = 100;

/**
 * How a run is being stopped: the rungs of the ladder, what it waits for and when the next rung is due. Once it is over
 * the same card is the receipt, behind a button where there is little room; before that, it says that no stop was asked.
 */
export function StoppingCard({ moment, isAsked, receipt, readAt, state, failed }: StoppingCardProps) {
  const { stop } = text.value;
  const [isShown, setShown] = useState(false);
  const isOver = moment.outcome !== undefined;
  const stage = !isAsked ? 'is-idle' : isOver ? 'is-over' : 'is-open';
  const isWhole = isAsked && isOver && receipt?.final !== undefined;
  return (
    <section
      class={`card stopping stopping-card ${stage}${isShown ? ' is-shown' : ''}`}
      aria-labelledby="stopping-title"
    >
      <h2 id="stopping-title">
        <Icon name={isAsked && isOver ? 'slash' : 'ladder'} />
        {!isAsked ? stop.ladderIdle : isOver ? stop.receipt : stop.ladder}
        {receipt?.totalMs !== undefined && (
          <span class="receipt-total">{formatDuration(receipt.totalMs)}</span>
        )}
      </h2>
      <Rungs moment={moment} isAsked={isAsked} />
      <div class="waiting">
        {!isAsked && <p>{isOver ? stop.neverAsked : stop.notAsked}</p>}
        {isAsked && !isOver && receipt?.waiting && state === moment.state && (
          <Waiting waiting={receipt.waiting} readAt={readAt} />
        )}
        {isWhole && (
          <button
            type="button"
            class="button compact receipt-toggle"
            aria-expanded={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? stop.hideReceipt : stop.showReceipt}
          </button>
        )}
      </div>
      {isWhole && (
        <div class="receipt">
          <Asked receipt={receipt} />
          <Hops receipt={receipt} />
        </div>
      )}
      {!receipt && failed && <p class="problem">{stop.receiptFailed}</p>}
    </section>
  );
}

function Rungs({ moment, isAsked }: { moment: Moment; isAsked: boolean }) {
  const { stop } = text.value;
  const rungs = ladderOf(CHART, moment);
  const now = useNow(TICK_MS, isAsked && moment.outcome === undefined);
  return (
    <ol class="rungs">
      {rungs.map(({ state, name, standing, ms, since }) => (
        <li
          key={state}
          class={`rung rung-${standing}`}
          aria-current={standing === 'current' ? 'step' : undefined}
        >
          <span class="rung-name">{name}</span>
          <span class="rung-text">
            {standing === 'passed' && ms !== undefined
              ? formatDuration(ms)
              : standing === 'current' && since !== undefined
                ? formatDuration(Math.max(0, now - since))
                : isAsked
                  ? stop.rungs[standing]
                  : ''}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Waiting({ waiting, readAt }: { waiting: NonNullable<Receipt['waiting']>; readAt: number }) {
  const { stop, words } = text.value;
  const now = useNow(TICK_MS);
  const { next } = waiting;
  const left = next === undefined ? undefined : next.inMs - (now - readAt);
  return (
    <>
      <p role="status">
        <strong>{stop.waitsFor}</strong> {(waiting.code && words.stoppingFor[waiting.code]) ?? waiting.for}
      </p>
      {next && left !== undefined && (
        <p class="countdown" role="timer">
          {stop.nextRung(stateName(next.state))}{' '}
          <strong>{left > 0 ? stop.rungIn(formatDuration(left)) : stop.overdue}</strong>
        </p>
      )}
    </>
  );
}

function Asked({ receipt: { requested, evidence } }: { receipt: Receipt }) {
  const { stop, words } = text.value;
  return (
    <dl class="facts">
      <Fact name={stop.by}>{whoOf(requested)}</Fact>
      <Fact name={stop.when}>
        <time dateTime={requested.at}>{momentText(requested.at)}</time>
      </Fact>
      <Fact name={stop.why}>
        {requested.reason === undefined ? <span class="soft">{stop.noReason}</span> : requested.reason}
      </Fact>
      <Fact name={stop.mode}>{stop[requested.mode]}</Fact>
      <Fact name={stop.kept}>{sayKept(evidence, words)}</Fact>
    </dl>
  );
}

function whoOf({ user, key, source }: Receipt['requested']): string {
  const { stop, words } = text.value;
  const who = user ? (user.email ?? user.id) : words.sources[source];
  if (key) return `${who} ${stop.withKey(key.label ?? key.id)}`;
  // Only admins see the keys of others, so for them no key means a session.
  const { email, role } = session.value ?? {};
  const seesKey = role === 'admin' || (user?.email !== undefined && user.email === email);
  return user && seesKey ? `${who} ${stop.signedIn}` : who;
}
