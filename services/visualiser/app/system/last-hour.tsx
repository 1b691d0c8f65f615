import type { CallReply } from '#shared/api/client/index.ts';
import { formatAge, formatDuration } from '#shared/domain/words/duration.ts';
import { useKept } from '../session/kept.ts';
import { usePolling } from '../session/polling.ts';
import { locale } from '../session/preferences.ts';
import { client } from '../session/session.ts';
import { clockText } from '../text/moment.ts';
import type { SystemFigures } from './figures.ts';
import {
  type Band,
  bandsOf,
  byMinute,
  highest,
  type PastOutage,
  type Sample,
  sumOf,
  type Value,
} from './last-hour.ts';
import { MinuteChart, type Series } from './minute-chart.tsx';
import { systemWords } from './words.ts';

const LOOK_MS = 15_000;

/** The last hour of the main figures, as the supervisors that led have stored it. */
export function LastHourSection({ now, figures }: { now: number; figures: SystemFigures }) {
  const { lastHour: words } = systemWords.value;
  const [hour, setHour] = useKept<CallReply<'lastHour'>>('last hour');
  usePolling(async (signal) => setHour(await client.value.call('lastHour', {}, { signal })), {
    everyMs: LOOK_MS,
    key: '',
  });
  if (!hour) return null;
  const { samples, outages } = hour;
  return (
    <section aria-labelledby="last-hour-title">
      <h2 id="last-hour-title">{words.title}</h2>
      {samples.length === 0 ? (
        <p class="soft">{words.nothing}</p>
      ) : (
        <>
          <Charts minutes={byMinute(samples, now)} bands={bandsOf(outages, samples, now)} figures={figures} />
          <Outages outages={outages} />
          <Table samples={samples} />
        </>
      )}
    </section>
  );
}

type Minutes = readonly (Sample | undefined)[];

interface ChartsProps {
  minutes: Minutes;
  /** Outages of PostgreSQL and NATS. */
  bands: readonly Band[];
  figures: SystemFigures;
}

function Charts(props: ChartsProps) {
  return (
    <div class="minute-charts">
      <QueueCharts {...props} />
      <SlotsChart {...props} />
      <EndedChart {...props} />
      <TimesCharts {...props} />
    </div>
  );
}

/** What was out of reach, in words: bands are for the eye only. */
function Outages({ outages }: { outages: readonly PastOutage[] }) {
  const { lastHour: words, system } = systemWords.value;
  if (outages.length === 0) return null;
  return (
    <ul class="minute-outages">
      {outages.map(({ name, since, until }) => (
        <li key={`${name} ${since}`}>
          {words.outage(
            name === 'database' || name === 'nats' ? system.serverNames[name] : name,
            clockText(since),
            until === undefined ? undefined : clockText(until),
          )}
        </li>
      ))}
    </ul>
  );
}

const valuesOf = (minutes: Minutes, read: (sample: Sample) => Value): Value[] =>
  minutes.map((sample) => sample && read(sample));

function QueueCharts({ minutes, bands, figures }: ChartsProps) {
  const { lastHour: words } = systemWords.value;
  const waiting = valuesOf(minutes, ({ queue }) => queue.length);
  const oldest = valuesOf(minutes, ({ queue }) => queue.oldestMs);
  return (
    <>
      <MinuteChart
        bands={bands}
        title={words.waiting}
        series={[{ name: words.waiting, tone: 'waiting', values: waiting }]}
      >
        {summary(minutes, waiting, String, figures.waiting)}
      </MinuteChart>
      <MinuteChart
        bands={bands}
        title={words.oldest}
        series={[{ name: words.oldest, tone: 'waiting', values: oldest }]}
      >
        {summary(minutes, oldest, formatAge, figures.oldestMs ?? 0)}
      </MinuteChart>
    </>
  );
}

function SlotsChart({ minutes, bands, figures }: ChartsProps) {
  const { lastHour: words } = systemWords.value;
  const busy = valuesOf(minutes, ({ runs }) => runs.running + runs.cancelling);
  const slots = valuesOf(minutes, (sample) => sample.slots);
  const series: Series[] = [
    { name: words.busy, tone: 'running', values: busy },
    { name: words.slots, tone: 'limit', values: slots },
  ];
  return (
    <MinuteChart bands={bands} title={words.busy} series={series}>
      {summary(minutes, busy, String, figures.busy, (now) => words.ofSlots(now, figures.slots))}
    </MinuteChart>
  );
}

function EndedChart({ minutes, bands }: ChartsProps) {
  const { lastHour: words } = systemWords.value;
  const outcomes: Series[] = [
    { name: words.passed, tone: 'pass', values: valuesOf(minutes, ({ ended }) => ended.passed) },
    { name: words.failed, tone: 'fail', values: valuesOf(minutes, ({ ended }) => ended.failed) },
    { name: words.cancelled, tone: 'cancelled', values: valuesOf(minutes, ({ ended }) => ended.cancelled) },
    { name: words.lost, tone: 'lost', values: valuesOf(minutes, ({ ended }) => ended.lost) },
  ];
  return (
    <MinuteChart bands={bands} title={words.ended} series={outcomes} stacked>
      {outcomes.map(({ name, tone, values }) => (
        <span key={name} class={`minute-key series-${tone}`}>
          {sumOf(values)} {name}
        </span>
      ))}
    </MinuteChart>
  );
}

function TimesCharts({ minutes, bands }: ChartsProps) {
  const { lastHour: words } = systemWords.value;
  const waits = valuesOf(minutes, ({ waitMs }) => waitMs);
  const slowest = valuesOf(minutes, ({ cancelMs }) => cancelMs?.slowest);
  const cancels: Series[] = [
    { name: words.slowest, tone: 'cancelling', values: slowest },
    { name: words.half, tone: 'cancelled', values: valuesOf(minutes, ({ cancelMs }) => cancelMs?.half) },
  ];
  return (
    <>
      <MinuteChart
        bands={bands}
        title={words.wait}
        series={[{ name: words.wait, tone: 'running', values: waits }]}
      >
        {summary(minutes, waits, formatDuration)}
      </MinuteChart>
      <MinuteChart bands={bands} title={words.cancels} series={cancels}>
        {summary(minutes, slowest, formatDuration)}
      </MinuteChart>
    </>
  );
}

const clockTime = (at: string): string =>
  new Date(at).toLocaleTimeString(locale.value, { hour: '2-digit', minute: '2-digit' });

type Shown = (value: number) => string;

/** The value of now or, if only minutes have one, the last; and the highest with its time. */
function summary(
  minutes: Minutes,
  values: Value[],
  shown: Shown,
  now?: number,
  shownNow: Shown = shown,
): string {
  const { lastHour: words } = systemWords.value;
  const most = highest(values);
  if (now !== undefined && now >= (most?.value ?? 0)) return words.nowIsMost(shownNow(now));
  if (!most) return words.none;
  const at = clockTime(minutes[most.index]!.at);
  if (now !== undefined) return words.nowMost(shownNow(now), shown(most.value), at);
  return words.lastMost(shown(values.findLast((value) => value !== undefined)!), shown(most.value), at);
}

/** The same in numbers, for who cannot see the charts or wants them exactly. */
function Table({ samples }: { samples: readonly Sample[] }) {
  const { lastHour: words } = systemWords.value;
  const heads = [words.minute, words.waiting, words.oldest, words.busy, words.slots];
  const rows = samples
    .toReversed()
    .map((sample) => [
      ...[clockTime(sample.at), sample.queue.length, formatAge(sample.queue.oldestMs)],
      ...[sample.runs.running + sample.runs.cancelling, sample.slots],
      ...[sample.ended.passed, sample.ended.failed, sample.ended.cancelled, sample.ended.lost],
      sample.waitMs === undefined ? '–' : formatDuration(sample.waitMs),
      sample.cancelMs === undefined ? '–' : formatDuration(sample.cancelMs.half),
      sample.cancelMs === undefined ? '–' : formatDuration(sample.cancelMs.slowest),
    ]);
  const more = [
    words.passed,
    words.failed,
    words.cancelled,
    words.lost,
    words.wait,
    words.half,
    words.slowest,
  ];
  return (
    <details class="minute-table">
      <summary>{words.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keyboard */}
      <section class="minute-scroll" tabIndex={0} aria-label={words.table}>
        <table>
          <thead>
            <tr>
              {[...heads, ...more].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, n) => (n === 0 ? <th scope="row">{cell}</th> : <td>{cell}</td>))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
