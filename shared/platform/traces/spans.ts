/*
 * The spans of a process. A place in a trace is a `traceparent` everywhere. Where traces are off (`provider.ts` is
 * not loaded) nothing happens. Attributes hold ids, codes and numbers, never a user's text (I10;
 * docs/decisions/traces.md).
 */
import type { Attributes } from '@opentelemetry/api';
import { readTraceparent } from './traceparent.ts';

export type SpanRole = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** How a span ends. Times are epoch ms. */
export interface SpanEnd {
  /** Now, if left out. */
  at?: number | undefined;
  /** What the span is called in the end. */
  name?: string;
  attributes?: Attributes;
  /** Why it failed, as a code. */
  error?: string | undefined;
}

export interface SpanStart {
  /** What it is a part of. */
  parent: string | undefined;
  role?: SpanRole;
  attributes?: Attributes;
  /** Places in other traces that have to do with it. */
  links?: readonly (string | undefined)[];
  /** Now, if left out; epoch ms. */
  at?: number | undefined;
  /** Its id, 16 hexadecimal digits, where others have to know it beforehand. */
  id?: string | undefined;
}

export interface TraceSpan {
  /** Place of the span, or of its parent where no span is made. */
  readonly traceparent: string | undefined;
  link(traceparent: string | undefined): void;
  end(how?: SpanEnd): void;
}

/** What makes the spans, where traces are on. */
export interface SpanMaker {
  begin(name: string, start: SpanStart): TraceSpan;
}

let maker: SpanMaker | undefined;

/** Sets what makes spans; undefined: nothing does. */
export function makeSpansBy(given: SpanMaker | undefined): void {
  maker = given;
}

/** Whether this process tells of traces. */
export const tracesAreOn = (): boolean => maker !== undefined;

/** A span that is none. */
export const noSpan = (traceparent: string | undefined): TraceSpan => ({
  traceparent,
  link: () => undefined,
  end: () => undefined,
});

/** Begins a span of a request that comes from outside: without a parent it begins a trace, if the sampler says so. */
export function beginRequest(name: string, start: SpanStart): TraceSpan {
  return maker ? maker.begin(name, start) : noSpan(start.parent);
}

/** Begins a span within a trace. Makes no span without one, or if that is not sampled. */
export function beginSpan(name: string, start: SpanStart): TraceSpan {
  if (!maker || !readTraceparent(start.parent)?.sampled) return noSpan(start.parent);
  return maker.begin(name, start);
}

/** Tells of something that is over, with its beginning as `at`. */
export function tellSpan(name: string, start: SpanStart & { at: number }, end: SpanEnd): void {
  beginSpan(name, start).end(end);
}

interface Telling<Result> {
  /** Whether `work` came to anything. */
  hasSpan?: (result: Result) => boolean;
  /** The time, epoch ms, by the clock that says when it begins. */
  now?: () => number;
}

/** Tells of `work`, if that comes to anything; if it throws, with the error's code. */
export async function tellWork<Result>(
  name: string,
  start: SpanStart,
  work: (traceparent: string | undefined) => Promise<Result>,
  { hasSpan = () => true, now }: Telling<Result> = {},
): Promise<Result> {
  const span = beginSpan(name, start);
  try {
    const result = await work(span.traceparent);
    if (hasSpan(result)) span.end({ at: now?.() });
    return result;
  } catch (error) {
    span.end({ at: now?.(), error: codeOf(error) });
    throw error;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
