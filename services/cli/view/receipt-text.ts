import type { Receipt } from '#shared/client/index.ts';
import { RECEIPT_HOPS, type ReceiptHopName } from '#shared/contract/receipt-hops.ts';
import { formatDuration } from '#shared/events/duration.ts';
import { englishWords } from '#shared/words/en.ts';
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
    `kept: ${keptOf(receipt)}`,
  ];
}

function asked({ source, mode, reason, user, key }: Receipt['requested']): string {
  const who = user === undefined ? englishWords.sources[source] : plainText(user.email ?? user.id);
  const how = key === undefined ? '' : ` with the key ${plainText(key.label ?? key.id)}`;
  const why = reason === undefined ? '' : `: ${plainText(reason)}`;
  return `${englishWords.by(who)}${how}, ${mode}${why}`;
}

type Told<Name extends ReceiptHopName> = NonNullable<Receipt[Name]>;

/** How each hop is called, and what is told of it. */
const HOPS: {
  [Name in ReceiptHopName]: [name: string, detail: (hop: Told<Name>, receipt: Receipt) => string];
} = {
  stored: ['stored', () => 'from here on the run ends as cancelled'],
  delivered: ['delivered', deliveryText],
  hardened: ['hardened', ({ state }) => `in ${plainText(state)}`],
  atomicStepEnded: [
    'atomic step over',
    ({ ended }) => (ended ? 'ended by itself' : 'interrupted at its deadline'),
  ],
  abortRaised: ['abort raised', ({ state, stepIndex }) => `${stepText(stepIndex)}in ${plainText(state)}`],
  callInterrupted: [
    'call interrupted',
    ({ timedOut }) => (timedOut ? 'did not return; ended by closing the context' : ''),
  ],
  onCancelDone: ['onCancel steps done', ({ ok, failed }) => `${ok} ok, ${failed} failed`],
  contextClosed: ['context closed', (_, receipt) => browserText(receipt)],
  final: ['final', finalText],
};

/** The hops that were reached, in order. */
function hopsOf(receipt: Receipt): Hop[] {
  const hopOf = <Name extends ReceiptHopName>(key: Name): Hop[] => {
    const hop = receipt[key];
    if (hop === undefined) return [];
    const [name, detail] = HOPS[key];
    return [{ ...hop, name, detail: detail(hop, receipt) }];
  };
  return RECEIPT_HOPS.flatMap((key) => hopOf(key)).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function finalText({ stale }: Told<'final'>, receipt: Receipt): string {
  const gone = stale && englishWords.runnerLost;
  const browser = receipt.contextClosed === undefined && browserText(receipt);
  return [receipt.status, gone, browser].filter(Boolean).join(', ');
}

/** By `via` of a receipt. */
const LEARNED: Partial<Record<string, string>> = {
  command: 'told directly',
  heartbeat: 'learned with its heartbeat',
  commit: 'learned when it stored a step',
  supervisor: 'ended by a supervisor',
};

function deliveryText({ owner, epoch, via }: NonNullable<Receipt['delivered']>): string {
  const to = owner === undefined ? '' : `to runner ${owner.slice(0, 8)}, claim ${epoch}, `;
  return `${to}${LEARNED[via] ?? plainText(via)}`;
}

function browserText({ browser }: Receipt): string {
  if (browser === undefined) return '';
  return `browser ${browser.outcome}${browser.pid === undefined ? '' : ` (pid ${browser.pid})`}`;
}

const stepText = (index: number | undefined): string =>
  index === undefined ? '' : `interrupts step ${index + 1}, `;

function waitingLines({ waiting }: Receipt, palette: Palette): string[] {
  if (waiting === undefined) return [];
  const { next } = waiting;
  const then =
    next === undefined
      ? ''
      : palette.dim(`, then ${plainText(next.state)} in ${formatDuration(Math.max(0, next.inMs))}`);
  return [`${waitsFor(waiting.for, palette)}${then}`];
}

function keptOf({ evidence: { steps, screenshots, video } }: Receipt): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  return `${count(steps, 'step')}, ${count(screenshots, 'screenshot')}${video ? ', a video' : ''}`;
}

/** Shows fractions of a millisecond, if any. */
const timeText = (ms: number, digits: number): string =>
  ms < 1_000 ? `${ms.toFixed(digits)} ms` : formatDuration(ms);
