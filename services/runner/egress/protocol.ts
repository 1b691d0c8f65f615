/** The messages between the runner and its proxy process. */
import type { OuterProxies } from '#shared/adapters/egress/outer-proxy.ts';
import type { ConnectFailure } from '#shared/adapters/egress/outgoing.ts';

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
