/*
 * npm run bench:evidence -- [--rounds N] [--flows N] [--json FILE]: what screenshots, accessibility trees and video
 * cost beside raw Playwright, in turns: time of a run, the evidence's part, CPU by group. Linux only.
 */
import { parseArgs } from 'node:util';
import { findFfmpeg } from '../services/runner/browser/evidence/ffmpeg.ts';
import { connectClient, SHORT } from './client.ts';
import { reportOf, writeReport } from './figures.ts';
import { cpuByGroup, cpuOfLivingAndEnded } from './groups.ts';
import { EVIDENCE, type Evidence, FAILS_AFTER_MS, fails, folderForRecorder } from './raw/evidence.ts';
import { startRawPlaywright } from './raw/playwright.ts';
import { startBenchStack, startPage } from './stack.ts';
import { errorOfMedian, median, sample, timed, wallNow } from './support/median.ts';
import { runEnd } from './watch.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '6' },
    flows: { type: 'string', default: '8' },
    json: { type: 'string' },
  },
});
const [rounds, flows] = [Number(values.rounds), Number(values.flows)];
const OPTIONS: Record<Evidence, object> = {
  none: {},
  screenshots: { captureScreenshotAfterEachStep: true },
  trees: { captureA11yAfterEachStep: true },
  video: { recordVideoOnFailure: true },
  'none, fails': {},
  'video, kept': { recordVideoOnFailure: true },
};
const never = (timeoutMs: number) => ({ action: 'waitForSelector', selector: '#never', timeoutMs });
/** What a step leaves to its evidence is added: so each waits as long as the raw one does. */
const LAST: Partial<Record<Evidence, object>> = {
  'none, fails': never(FAILS_AFTER_MS),
  'video, kept': never(FAILS_AFTER_MS + 150),
};

const ffmpeg = await findFfmpeg(process.env.PATH);
if (ffmpeg === undefined) console.log('no ffmpeg was found: video is left out');
const kinds = EVIDENCE.filter((kind) => ffmpeg !== undefined || !kind.startsWith('video'));

await using recorder = ffmpeg === undefined ? undefined : await folderForRecorder(ffmpeg);
await using page = await startPage();
await using stack = await startBenchStack();
await using raw = await startRawPlaywright(page.url, recorder && { PLAYWRIGHT_BROWSERS_PATH: recorder.path });
await using client = await connectClient(stack, page.url);

/** POST → `run_end` at a watcher, ms. */
async function run(kind: Evidence): Promise<number> {
  const sent = wallNow();
  const { id } = await client.start([...SHORT, ...(LAST[kind] ? [LAST[kind]] : [])], OPTIONS[kind]);
  const watcher = client.stream(id);
  const { at } = await watcher.until(runEnd);
  await watcher.ended;
  return at - sent;
}

const runner = stack.pids.of.runner[0]!;
const cpuNow = () => {
  const { gateway, postgres, nats } = cpuByGroup(stack.pids);
  const { node, chromium, ended } = cpuOfLivingAndEnded(runner);
  const beside = cpuOfLivingAndEnded(raw.pid);
  return {
    ours: {
      gateway,
      runner: node,
      'PostgreSQL and NATS': postgres + nats,
      Chromium: chromium,
      ffmpeg: ended,
    },
    raw: { Node: beside.node, Chromium: beside.chromium, ffmpeg: beside.ended },
  };
};
type Cpu = ReturnType<typeof cpuNow>;

const created = () => ({ ours: [] as number[], raw: [] as number[], cpu: [] as Cpu[] });
const measured = new Map(kinds.map((kind) => [kind, created()]));

async function block(kind: Evidence): Promise<void> {
  const of = measured.get(kind)!;
  const before = cpuNow();
  // Both in turns: whatever else the machine does meets both.
  await sample(flows, async () => {
    of.ours.push(await run(kind));
    return of.raw.push(await raw.evidence(kind));
  });
  of.cpu.push(perFlow(cpuNow(), before));
}

function perFlow(now: Cpu, before: Cpu): Cpu {
  const less = <T extends Record<string, number>>(a: T, b: T) =>
    Object.fromEntries(Object.entries(a).map(([name, ms]) => [name, (ms - b[name]!) / flows])) as T;
  return { ours: less(now.ours, before.ours), raw: less(now.raw, before.raw) };
}

// Before anything counts: code is compiled, the encoder is read from the disk.
for (const kind of kinds) await sample(3, () => timed(() => Promise.all([run(kind), raw.evidence(kind)])));
for (let round = 0; round < rounds; round += 1) for (const kind of kinds) await block(kind);

const ms = (value: number) => value.toFixed(value < 100 ? 1 : 0);
const given = (samples: number[]) => `${ms(median(samples))} ± ${ms(errorOfMedian(samples))}`;
/** What it took more than without evidence: each sample against that of the same turn. */
const added = (kind: Evidence, side: 'ours' | 'raw'): number[] => {
  const plain = measured.get(fails(kind) ? 'none, fails' : 'none')![side];
  return measured.get(kind)![side].map((each, index) => each - plain[index]!);
};

console.log('\n| evidence | a run, ms | of it evidence | raw Playwright, ms | of it evidence |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const [kind, of] of measured) {
  const parts = (side: 'ours' | 'raw') => (kind.startsWith('none') ? '' : given(added(kind, side)));
  console.log(`| ${kind} | ${given(of.ours)} | ${parts('ours')} | ${given(of.raw)} | ${parts('raw')} |`);
}

const groups = (side: 'ours' | 'raw') => Object.keys(cpuNow()[side]);
const titles = [...groups('ours'), ...groups('raw').map((group) => `raw: ${group}`)];
console.log(`\n| CPU of a run, ms | ${titles.join(' | ')} |\n| --- |${' ---: |'.repeat(titles.length)}`);
for (const [kind, { cpu }] of measured) {
  const cells = (['ours', 'raw'] as const).flatMap((side) =>
    groups(side).map((group) =>
      ms(median(cpu.map((each) => (each[side] as Record<string, number>)[group]!))),
    ),
  );
  console.log(`| ${kind} | ${cells.join(' | ')} |`);
}

if (values.json !== undefined) {
  const figures = [...measured].map(([kind, of]) => ({
    what: `POST → end: ${kind}`,
    unit: 'ms',
    ours: of.ours,
    beside: of.raw,
    besideIs: 'the same in raw Playwright',
  }));
  await writeReport(values.json, reportOf(figures, Object.fromEntries(measured)));
}
