/* The switches that Chromium is started with, and without. */
import type { EgressGate } from '../../egress/egress.ts';

/** Chromium refuses to connect to this port, so that requests sent there go nowhere. */
const NOWHERE = 'http://127.0.0.1:9/';

/**
 * Beyond Playwright's own switches, with which full Chromium still contacts Google for updates, for accounts and
 * about each form it sees (all of it observed in its net log). Pages that use Google accounts themselves are not
 * affected.
 */
export const QUIET = [
  `--component-updater=url-source=${NOWHERE}`,
  `--gaia-url=${NOWHERE}`,
  `--autofill-server-url=${NOWHERE}`,
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--no-pings',
  // Otherwise every console line of a page is repeated on standard error; crash messages still appear.
  '--log-level=3',
];

/**
 * Playwright turns off Chromium's limit on how often a page may change its own address: unlimited, each change uses
 * the connection that all runs of this browser share, and delays them (I13).
 */
export const UNWANTED = ['--disable-ipc-flooding-protection'];

/** No other browser of this process has it. */
export const proxyOf = ({ port }: EgressGate) => `--proxy-server=socks5://127.0.0.1:${port}`;

/**
 * Chromium heeds only the last list, so this repeats Playwright's; a test compares them. Without its feature WebRTC does
 * not ask multicast DNS for the names of peers, which no proxy would see (I15).
 */
const DISABLED_FEATURES = [
  'WebRtcHideLocalIpsWithMdns',
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades'],
  ...['HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding'],
  ...['ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'TcpPortRandomizationWin'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
  ...['msForceBrowserSignIn', 'msEdgeUpdateLaunchServicesPreferredVersion'],
];

/**
 * Every connection goes through the gate, loopback included: Chromium does not resolve names itself and uses no QUIC,
 * and WebRTC sends no datagrams, since those bypass a proxy. Without the gate there is no connection at all (I15).
 */
export const throughGate = (gate: EgressGate) => [
  proxyOf(gate),
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--dns-prefetch-disable',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];
