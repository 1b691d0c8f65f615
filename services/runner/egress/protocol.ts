/** What the runner and its proxy process say to each other over their channel. */
import type { OuterProxies } from './outer-proxy.ts';

export type ToProxy =
  | { type: 'start'; policy: string; outer: OuterProxies }
  /** Opens the gate of one browser, whose process runs as `uid`; on `port`, if it had one before. */
  | { type: 'open'; id: number; uid: number | undefined; port: number | undefined }
  | { type: 'close'; id: number }
  | { type: 'why'; id: number; question: number; host: string; port: number };

export type FromProxy =
  | { type: 'started'; knowsPeers: boolean }
  | { type: 'opened'; id: number; port: number }
  | { type: 'not-opened'; id: number; reason: string }
  | { type: 'because'; question: number; failure: ConnectFailure | undefined };

/** Why a connection did not come about: the policy refused it, or it failed as Chromium would call it. */
export interface ConnectFailure {
  refused: boolean;
  /** For the flow's author: a sentence, or a name such as `net::ERR_CONNECTION_REFUSED`. */
  text: string;
}
