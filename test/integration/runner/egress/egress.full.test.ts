/* I15: a page in Chromium reaches what the egress policy allows and nothing else, by whatever road. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { needs } from '../../../support/machine.ts';
import { everyNth, extendedOnly, share } from '../../../support/share.ts';
import { ROADS } from '../../../support/sites/roads.ts';
import { LIVE, patiently } from '../browser/fixture.ts';
import { REFUSAL, useRoads } from './use-roads.ts';

interface Step {
  action: string;
  url?: string;
  selector?: string;
  timeoutMs?: number;
}

const { bench, open, closed } = await useRoads();

const goto = (url: string): Step => ({ action: 'goto', url });
const seen = (selector: string): Step => ({ action: 'waitForSelector', selector });
/** The flow's site is that of its first step. */
const siteOf = (steps: { url?: string }[]) => ({ baseUrl: new URL(steps[0]?.url ?? '').origin });
const lastOf = async (steps: Step[]) => (await bench.run(steps, siteOf(steps))).at(-1);

describe('I15: a page reaches by no road what the egress policy does not allow', () => {
  test.each(share(['fetch', 'web socket', 'service worker', 'frame'], Object.keys(ROADS)))(
    '%s',
    async (road) => {
      const before = closed.connections;
      const direct = `${closed.url}/${road}`;
      for (const target of [direct, open.page('to', direct)]) {
        const outcome = await lastOf([goto(open.page(road, target)), seen('#refused')]);
        // The page itself goes where a download of another site leads.
        expect(outcome?.error ?? REFUSAL).toContain(REFUSAL);
      }
      expect(closed.connections).toBe(before);
    },
  );

  test.each(
    everyNth(4, [
      'image',
      'fetch',
      'worker',
      'shared worker',
      'service worker',
      'event source',
      'frame',
      'popup',
    ]),
  )('and what it allows it reaches: %s', async (road) => {
    const marker = `there-${road.replace(' ', '-')}`;
    const browser = await bench.open(
      bench.flow([goto(open.page(road, `${open.url}/${marker}`))], { baseUrl: open.url }),
    );
    await browser.perform(0, LIVE);
    // A road that makes no sound is taken for refused by its page if it takes long.
    await eventually(() => expect(open.asked).toContain(marker));
    await browser.close({ keepVideo: false, reason: 'test over' });
  });

  test('WebRTC asks no neighbour for a name', async () => {
    await needs('a network');
    const heard: string[] = [];
    const listener = createSocket({ type: 'udp4', reuseAddr: true }).bind(5353);
    await once(listener, 'listening');
    listener.on('message', (message) => heard.push(message.toString('latin1')));
    const site = await startRtcPage(['stun:127.0.0.5:9'], ['asked-of-neighbours.local']);
    const sender = createSocket('udp4').bind(0);
    await once(sender, 'listening');
    try {
      joinMulticast(listener);
      expect(await lastOf([goto(site.url), seen('#gathered')])).toMatchObject({ ok: true });
      await eventually(() => {
        sender.send('the last one', 5353, MULTICAST_DNS);
        expect(heard).toContain('the last one');
      });
      expect(heard.filter((message) => /asked-of-neighbours|NOTFOUND/i.test(message))).toEqual([]);
    } finally {
      listener.close();
      sender.close();
      await site.close();
    }
  });

  test('the features that are switched off are those that Playwright switches off, and more', async () => {
    const run = await bench.open(bench.flow([goto(open.url)], { baseUrl: open.url }));
    const line = (await readFile(`/proc/${run.browserPid}/cmdline`, 'latin1')).split('\0');
    await run.close({ keepVideo: false, reason: 'test over' });
    const [theirs = [], ours = [], ...more] = line
      .filter((argument) => argument.startsWith('--disable-features='))
      .map((argument) => argument.slice('--disable-features='.length).split(','));
    expect(more).toEqual([]);
    expect(theirs.filter((feature) => !ours.includes(feature))).toEqual([]);
    expect(theirs.length).toBeGreaterThan(5);
  });

  test('WebRTC sends no datagram', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.5');
    await once(socket, 'listening');
    const heard: Buffer[] = [];
    socket.on('message', (message) => heard.push(message));
    const { port } = socket.address();
    const site = await startRtcPage([`stun:127.0.0.5:${port}`, `turn:127.0.0.5:${port}?transport=udp`]);
    try {
      expect(await lastOf([goto(site.url), seen('#gathered')])).toMatchObject({ ok: true });
      expect(heard).toEqual([]);
    } finally {
      socket.close();
      await site.close();
    }
  });
});

describe('I15: a goto', () => {
  test('that is refused says so, naming the host and the policy', async () => {
    expect(await lastOf([goto(closed.url)])).toMatchObject({
      ok: false,
      error: `goto ${closed.url}: ${REFUSAL}`,
    });
    const https = closed.url.replace('http:', 'https:');
    expect((await lastOf([goto(https)]))?.error).toBe(`goto ${https}: ${REFUSAL}`);
  });

  test('that is redirected there says from where', async () => {
    const url = `${open.url}/to?${encodeURIComponent(closed.url)}`;
    expect((await lastOf([goto(url)]))?.error).toBe(`goto ${url}: ${REFUSAL} (redirected from ${open.url})`);
  });

  test.each(
    everyNth(3, [
      ['http://169.254.169.254/latest/meta-data/', '169.254.169.254'],
      ['http://[::ffff:127.0.0.5]/', '::ffff:7f00:5'],
      ['http://0x7f.0.0.5/', '127.0.0.5'],
      ['http://2130706437/', '127.0.0.5'],
      ['http://0177.0.0.5/', '127.0.0.5'],
      ['http://127.0.0.5.:8/', '127.0.0.5'],
      ['http://[fd00:ec2::254]/', 'fd00:ec2::254'],
      ['http://[64:ff9b::a00:5]/', '64:ff9b::a00:5'],
      ['http://10.255.255.1/', '10.255.255.1'],
    ]),
  )('to %s is refused', async (url, host) => {
    expect((await lastOf([goto(url)]))?.error).toContain(`does not allow ${host}`);
  });

  test('that meets nobody says what Chromium says', async () => {
    expect((await lastOf([goto('http://127.0.0.1:2/')]))?.error).toMatch(
      /^goto \S+: net::ERR_CONNECTION_REFUSED$/,
    );
  });

  test('that names nobody tells no more than that', async () => {
    await needs('a name server');
    expect((await lastOf([goto('http://no-such-name.invalid/')]))?.error).toContain(
      'does not allow no-such-name.invalid, or there is no such name',
    );
  });
});

test.each(
  everyNth(2, [
    ['a click', (target: string) => target],
    ['a page, of which not all has come,', (target: string) => open.page('unfinished', target)],
  ] as const),
)('I15: a step that fails because %s led to a refused address says so', async (_, led) => {
  const timeoutMs = patiently(3_000);
  const steps = [
    goto(open.page('link', led(closed.url))),
    { action: 'click', selector: '#go' },
    { ...seen('#here'), timeoutMs },
  ];
  expect((await lastOf(steps))?.error).toBe(
    `waitForSelector #here: timed out after ${timeoutMs} ms, no element matches the selector; ${REFUSAL}`,
  );
});

test('I15: the port of the proxy itself is no address that a flow reaches', async () => {
  const flow = bench.flow([goto(open.url)], { baseUrl: open.url });
  const browser = await bench.open(flow);
  try {
    const ports = await listeningPorts(bench.egress.pid as number);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports)
      for (const host of ['127.0.0.1', 'localhost', '0.0.0.0'])
        expect((await lastOf([goto(`http://${host}:${port}/`)]))?.error).toContain(`does not allow ${host}`);
  } finally {
    await browser.close({ keepVideo: false, reason: 'test over' });
  }
});

test.each(
  everyNth(4, [
    'file:///etc/passwd',
    'view-source:http://127.0.0.5/',
    'chrome://version',
    'ftp://127.0.0.5/',
  ]),
)('I15: neither a link, a frame nor a redirect leads to %s', async (url) => {
  const clicked = [goto(open.page('link', url)), { action: 'click', selector: '#go' }, seen('#go')];
  expect(await lastOf(clicked)).toMatchObject({ index: 2, ok: true });
  expect(await lastOf([goto(open.page('popup', url)), seen('#refused')])).toMatchObject({ ok: true });
  const redirected = await lastOf([goto(open.page('to', url))]);
  expect(redirected).toMatchObject({ ok: false });
  expect(redirected?.error).toMatch(
    /net::ERR_(ABORTED|UNSAFE_REDIRECT|UNKNOWN_URL_SCHEME|DISALLOWED_URL_SCHEME)/,
  );
});

describe('I15: when the proxy process ends', () => {
  test('browsers reach nothing until it is there again, and then go on', async () => {
    const url = `${open.url}/again`;
    const flow = bench.flow([goto(url), goto(url)], { baseUrl: open.url });
    const browser = await bench.open(flow);
    try {
      expect(await browser.perform(0, LIVE)).toMatchObject({ ok: true });
      const pid = bench.egress.pid as number;
      process.kill(pid, 'SIGKILL');
      await eventually(() => expect(bench.egress.pid).not.toBe(pid));
      await eventually(async () => expect(await browser.perform(1, LIVE)).toMatchObject({ ok: true }));
      expect(bench.logged.map(({ message }) => message)).toContain('the egress proxy ended and is restarted');
    } finally {
      await browser.close({ keepVideo: false, reason: 'test over' });
    }
  });

  extendedOnly(() => {
    test('nothing goes out while it is stopped', async () => {
      const pid = bench.egress.pid as number;
      process.kill(pid, 'SIGSTOP');
      try {
        const before = open.connections;
        const outcome = await lastOf([{ ...goto(`${open.url}/stopped`), timeoutMs: 1_000 }]);
        expect(outcome).toMatchObject({ ok: false });
        expect(open.connections).toBe(before);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
  });
});

/** The ports on which a process listens, as the kernel tells them. */
async function listeningPorts(pid: number): Promise<number[]> {
  const links = await Promise.all(
    (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const rows = (await readFile('/proc/net/tcp', 'latin1'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return rows
    .filter((row) => row[3] === '0A' && inodes.has(row[9] ?? ''))
    .map((row) => Number.parseInt(row[1]?.split(':')[1] ?? '', 16));
}

const MULTICAST_DNS = '224.0.0.251';

/** On every interface; at least on that of the loopback. */
function joinMulticast(listener: Socket): void {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  for (const { address, family } of addresses)
    if (family === 'IPv4') listener.addMembership(MULTICAST_DNS, address);
}

/** Gathers candidates with these servers, and then gets a peer at each of these names. */
async function startRtcPage(urls: string[], names: string[] = []) {
  const html = `<!doctype html><body><script>
    const rtc = new RTCPeerConnection({ iceServers: [{ urls: ${JSON.stringify(urls)}, username: 'u', credential: 'p' }] });
    rtc.createDataChannel('x');
    const show = () => { document.body.innerHTML = '<p id=gathered>gathered</p>' };
    const end = async () => {
      const other = new RTCPeerConnection();
      await other.setRemoteDescription(rtc.localDescription);
      await other.setLocalDescription();
      await rtc.setRemoteDescription(other.localDescription);
      for (const name of ${JSON.stringify(names)})
        await rtc.addIceCandidate({ candidate: 'candidate:1 1 udp 2122260223 ' + name + ' 50000 typ host', sdpMid: '0' });
      // The name was asked for before.
      setTimeout(show, ${names.length > 0 ? 2_000 : 0});
    };
    let ended;
    const once = () => { ended ??= end(); };
    rtc.onicegatheringstatechange = () => rtc.iceGatheringState === 'complete' && once();
    rtc.createOffer().then((offer) => rtc.setLocalDescription(offer));
    setTimeout(once, 3000);
  </script>`;
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
