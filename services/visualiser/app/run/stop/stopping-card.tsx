import type { Receipt } from '#shared/api/client/index.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { useNow } from '../../kit/clock.ts';
import { Icon } from '../../kit/icon.tsx';
import { text } from '../../text/text.ts';
import { CHART } from '../chart/charts.ts';
import { ladderOf } from './ladder.ts';
import type { ReceiptState } from './receipt.ts';

export interface StoppingCardProps extends ReceiptState {
  moment: Moment;
}

const TICK_MS = 100;

/** How a run is being stopped, or was: the rungs of the ladder, what it waits for and when the next rung is due. */
export function StoppingCard({ moment, receipt, readAt, state, failed }: StoppingCardProps) {
  const { stop } = text.value;
  const isOver = moment.outcome !== undefined;
  return (
    <section class={`stopping ladder${isOver ? '' : ' is-open'}`} aria-labelledby="stopping-title">
      <h3 id="stopping-title">
        <Icon name="ladder" />
        {isOver ? stop.ladderOver : stop.ladder}
      </h3>
      <Rungs moment={moment} />
      <div class="waiting">
        {!isOver && receipt?.waiting && state === moment.state && (
          <Waiting waiting={receipt.waiting} readAt={readAt} />
        )}
      </div>
      {!receipt && failed && <p class="problem">{stop.receiptFailed}</p>}
    </section>
  );
}

function Rungs({ moment }: { moment: Moment }) {
  const { stop } = text.value;
  const rungs = ladderOf(CHART, moment);
  const now = useNow(TICK_MS, moment.outcome === undefined);
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
                : stop.rungs[standing]}
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
      <p>
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
