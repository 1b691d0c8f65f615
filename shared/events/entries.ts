import type { Status } from '#shared/run/status.ts';

/** What watchers get, over SSE and NATS alike. Times are ISO 8601. */
export type StreamEntry = StatusEntry | AssistEntry | EndEntry;

export interface StatusEntry {
  kind: 'status';
  status: Status;
  at: string;
}
export interface AssistEntry {
  kind: 'assist';
  type: string;
  seq: number;
  at: string;
  stepIndex?: number;
  payload: Record<string, unknown>;
}
export interface EndEntry {
  kind: 'end';
  at: string;
}
