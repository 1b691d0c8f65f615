/*
 * A place in a trace, as W3C Trace Context writes it in the header `traceparent`: `00-<trace>-<span>-<flags>`. Everything
 * here that has to do with traces is passed on and stored in this form.
 */

export interface TraceContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  sampled: boolean;
}

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** What was read last: a place is read by each span and log line that follows from it, mostly one after the other. */
let last: { text: string; place: TraceContext | undefined } | undefined;

/** Undefined for what is none: a request with it is not refused, and starts a trace of its own. */
export function readTraceparent(text: string | null | undefined): Readonly<TraceContext> | undefined {
  if (!text) return undefined;
  if (last?.text !== text) last = { text, place: parse(text) };
  return last.place;
}

function parse(text: string): TraceContext | undefined {
  const [, version, traceId, spanId, flags, more] = FORM.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  // A later version may say more; 00 does not.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags ?? '', 16) & SAMPLED) === SAMPLED };
}

export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
