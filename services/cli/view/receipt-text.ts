import type { Receipt } from '#shared/api/client/index.ts';
import { RECEIPT_HOPS } from '#shared/api/contract/cancel/receipt-hops.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { englishWords } from '#shared/domain/words/en.ts';
import { sayHop, sayKept } from '#shared/domain/words/say-hop.ts';
import { localTime } from './local-time.ts';
import type { Palette } from './palette.ts';
import { plainText } from './plain-text.ts';
import { waitsFor } from './story-text.ts';

interface Hop {
  at: string;
  name: string;
  ms: number;
  detail: string;
}

const BAR_WIDTH = 16;

/** The receipt of a cancel: one line per hop, with its duration and a bar to scale. Local times. */
export function receiptLines(receipt: Receipt, palette: Palette): string[] {
  const { bold, dim, yellow, cyan } = palette;
  const { requested, totalMs, final } = receipt;
  const hops = hopsOf(receipt);
  const longest = Math.max(0, ...hops.map(({ ms }) => ms));
  const nameWidth = Math.max(...hops.map(({ name }) => name.length), 'requested'.length) + 2;
  const times = [...hops.map(({ ms }) => ms), totalMs ?? 0];
  const digits = times.every(Number.isInteger) ? 0 : 1;
  const timeWidth = Math.max(...times.map((ms) => timeText(ms, digits).length));
  const row = (mark: string, name: string, ms: number, rest: string) =>
    `${mark} ${name.padEnd(nameWidth)}${timeText(ms, digits).padStart(timeWidth)}  ${rest}`.trimEnd();
  const bar = (ms: number) => '▇'.repeat(longest === 0 ? 0 : Math.round((BAR_WIDTH * ms) / longest));

  return [
    `${bold('cancel of')} ${receipt.id}  ${yellow(receipt.state === receipt.status ? receipt.status : receipt.state)}`,
    asked(requested),
    '',
    `${cyan('●')} ${'requested'.padEnd(nameWidth)}${dim(localTime(Date.parse(requested.at), 'ms'))}`,
    ...hops.map(({ name, ms, detail }, index) => {
      const isLast = index === hops.length - 1 && final !== undefined;
      const rest = `${cyan(bar(ms))}${' '.repeat(BAR_WIDTH - bar(ms).length)}  ${dim(detail)}`;
      return row(isLast ? yellow('■') : dim('│'), name, ms, rest.trimEnd());
    }),
    ...waitingLines(receipt, palette),
    ...(totalMs === undefined ? [] : [bold(row(' ', 'total', totalMs, ''))]),
    '',
    `kept: ${sayKept(receipt.evidence, englishWords)}`,
  ];
}

function asked({ source, mode, reason, user, key }: Receipt['requested']): string {
  const who = user === undefined ? englishWords.sources[source] : plainText(user.email ?? user.id);
  const how = key === undefined ? '' : ` with the key ${plainText(key.label ?? key.id)}`;
  const why = reason === undefined ? '' : `: ${plainText(reason)}`;
  return `${englishWords.by(who)}${how}, ${mode}${why}`;
}

/** The hops that were reached, in order. */
const hopsOf = (receipt: Receipt): Hop[] =>
  RECEIPT_HOPS.flatMap((name) => {
    const hop = receipt[name];
    const detail = hop && plainText(sayHop(name, receipt, englishWords));
    return hop ? [{ ...hop, name: englishWords.hops[name], detail: detail ?? '' }] : [];
  }).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));

function waitingLines({ waiting }: Receipt, palette: Palette): string[] {
  if (waiting === undefined) return [];
  const { next } = waiting;
  const then =
    next === undefined
      ? ''
      : palette.dim(`, then ${plainText(next.state)} in ${formatDuration(Math.max(0, next.inMs))}`);
  return [`${waitsFor(waiting.for, palette)}${then}`];
}

/** Shows fractions of a millisecond, if any. */
const timeText = (ms: number, digits: number): string =>
  ms < 1_000 ? `${ms.toFixed(digits)} ms` : formatDuration(ms);
