/*
 * npm run bench:switches -- [--rounds N] [--flows N]: what sets of Chromium's switches cost or save: the flow of the
 * bench in raw Playwright, a browser for each set, in turns, so that noise meets all of them. From /proc: Linux only.
 */
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import { QUIET, throughGate, UNWANTED } from '../services/runner/browser/chromium/switches.ts';
import { startEgress } from '../services/runner/egress/egress.ts';
import { meterBrowsers } from './groups.ts';
import { rawFlow } from './raw/flow.ts';
import { startPage } from './stack.ts';
import { errorOfMedian, median, sample, timed } from './support/median.ts';

interface Switches {
  what: string;
  args?: string[];
  without?: string[];
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, flows: { type: 'string', default: '12' } },
});
const [rounds, flows] = [Number(values.rounds), Number(values.flows)];
/** Flows that nobody counts, so that the browser has started its processes. */
const WARM_UP = 3;

const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
await using egress = await startEgress({
  policy: 'any',
  outer: { http: undefined, https: undefined, not: undefined },
  log,
});
const gate = await egress.open(process.getuid?.(), () => {});

const [PLAYWRIGHTS, ...OTHERS]: [Switches, ...Switches[]] = [
  { what: "Playwright's own" },
  { what: 'used: quiet (no requests of its own, no console on standard error)', args: QUIET },
  { what: 'used: a bound on changes of the address', without: UNWANTED },
  { what: "used: through the runner's gate, without QUIC, datagrams and names", args: throughGate(gate) },
  { what: 'all that a runner uses', args: [...QUIET, ...throughGate(gate)], without: UNWANTED },
  { what: 'not used: `--disable-gpu`', args: ['--disable-gpu'] },
  { what: 'not used: `--in-process-gpu`', args: ['--in-process-gpu'] },
  { what: 'not used: `--no-zygote`', args: ['--no-zygote'] },
  { what: 'not used: `--disable-site-isolation-trials`', args: ['--disable-site-isolation-trials'] },
  { what: 'not used: `--renderer-process-limit=1`', args: ['--renderer-process-limit=1'] },
  { what: 'not used: `--num-raster-threads=1`', args: ['--num-raster-threads=1'] },
  { what: 'not used: `--disable-dev-shm-usage`', args: ['--disable-dev-shm-usage'] },
];

const { path } = await findChromium({ env: process.env });

async function measure({ args = [], without = [] }: Switches, url: string) {
  const browser = await chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', ...args],
    ignoreDefaultArgs: without,
  });
  using meter = meterBrowsers(process.pid);
  try {
    await sample(WARM_UP, () => timed(() => rawFlow(browser, url)));
    const before = meter.cpuMs();
    const times = await sample(flows, () => timed(() => rawFlow(browser, url)));
    return { ms: median(times), cpuMs: (meter.cpuMs() - before) / flows };
  } finally {
    await browser.close();
  }
}

await using page = await startPage();
const all = [PLAYWRIGHTS, ...OTHERS];
const measured = new Map(all.map((each) => [each, [] as Awaited<ReturnType<typeof measure>>[]]));
for (let round = 0; round < rounds; round += 1)
  for (const each of all) measured.get(each)!.push(await measure(each, page.url));

const beside = measured.get(PLAYWRIGHTS)!;
console.log(`medians of ${rounds} browsers with ${flows} flows each, and of their ratios (95 %)\n`);
console.log('| switches | a flow, ms | | CPU of Chromium, ms | |\n| --- | ---: | ---: | ---: | ---: |');
for (const [{ what }, samples] of measured) {
  const figures = (['ms', 'cpuMs'] as const).map((figure) => {
    const ratios = samples.map((each, n) => each[figure] / beside[n]![figure]);
    const ratio = `×${median(ratios).toFixed(2)} ± ${errorOfMedian(ratios).toFixed(2)}`;
    return `${median(samples.map((each) => each[figure])).toFixed(0)} | ${ratio}`;
  });
  console.log(`| ${what} | ${figures.join(' | ')} |`);
}
