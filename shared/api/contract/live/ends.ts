/* What a page needs to know of the WebSocket of a run, without its schemas. */

export const LIVE_PROTOCOL = 'ghostly.live.v1';

/** Why a gateway closes the socket, and the code that it closes it with. */
export const LIVE_ENDS = {
  /** The run is final. */
  ended: 4_000,
  /** It waits for a runner, and has no page. */
  queued: 4_001,
  /** Its runner is lost. */
  lost: 4_002,
  /** The viewer may not see it any more. */
  forbidden: 4_003,
  /** The gateway stops: another one goes on with it. */
  restarting: 1_012,
} as const;
export type LiveEnd = keyof typeof LIVE_ENDS;
