import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { formatRoughAge } from '#shared/domain/words/duration.ts';
import { useNow } from '../kit/clock.ts';
import { schedulesText } from './schedules-text.ts';
import { zonedText } from './zoned-time.ts';

/** When it is due next, by the clock of its zone. */
export function NextTimes({ schedule: { next, timezone, paused } }: { schedule: Schedule }) {
  const words = schedulesText.value;
  const [first] = next;
  if (first === undefined) return <p class="soft">{words.noNext}</p>;
  return (
    <div class={paused ? 'due-times is-paused' : 'due-times'}>
      <h3>
        {paused ? words.nextPaused : words.next}
        {!paused && <Until at={first} />}
      </h3>
      <ol>
        {next.map((at) => (
          <li key={at}>
            <ZonedTime at={at} zone={timezone} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A moment by the clock of a zone; the title has the reader's own. */
export function ZonedTime({ at, zone }: { at: string; zone: string }) {
  return (
    <time dateTime={at} title={schedulesText.value.yours(zonedText(at, undefined))}>
      {zonedText(at, zone)}
    </time>
  );
}

function Until({ at }: { at: string }) {
  const words = schedulesText.value;
  const ms = Date.parse(at) - useNow(1_000);
  return <span class="soft"> {ms < 1_000 ? words.now : words.in(formatRoughAge(ms))}</span>;
}
