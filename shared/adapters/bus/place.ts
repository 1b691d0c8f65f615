import { headers, type Msg, type MsgHdrs } from 'nats';

/** Where a message is in a trace, as its header `traceparent` says. */
export interface Place {
  traceparent?: string | undefined;
}

const HEADER = 'traceparent';

/** Headers of a message that is sent; none where it is in no trace. */
export function headersOf({ traceparent }: Place = {}): { headers?: MsgHdrs } {
  if (traceparent === undefined) return {};
  const all = headers();
  all.set(HEADER, traceparent);
  return { headers: all };
}

/** The trace of a received message. */
export const placeOfMessage = ({ headers: given }: Msg): Place => ({
  traceparent: given?.get(HEADER) || undefined,
});
