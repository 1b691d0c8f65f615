/* Dialogs, popups and downloads stop no flow, and a page that is lost ends its step at once with a clear error. */
import { tmpdir } from 'node:os';
import { chromium, type LaunchOptions } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { findChromium } from '#shared/adapters/binaries/binaries.ts';
import {
  createWrappers,
  findBrowserUser,
} from '../../../../../services/runner/browser/chromium/browser-user.ts';
import { makeTempDir } from '../../../../../services/runner/browser/chromium/temp-dir.ts';
import { Downloads } from '../../../../../services/runner/browser/page/downloads.ts';
import { watchNavigation } from '../../../../../services/runner/browser/page/navigation.ts';
import { createPerformer, EVIDENCE_MS } from '../../../../../services/runner/browser/page/perform.ts';
import { watchPopups } from '../../../../../services/runner/browser/page/popups.ts';
import { watchPage } from '../../../../../services/runner/browser/page/watch.ts';
import { watchRequests } from '../../../../../services/runner/browser/pending-requests.ts';
import { createStepValues } from '../../../../../services/runner/browser/results/step-values.ts';
import { eventually } from '../../../../support/eventually.ts';
import { needs } from '../../../../support/machine.ts';
import { everyNth, extendedOnly } from '../../../../support/share.ts';
import { type BrowserBench, createBench, LIVE } from '../fixture.ts';
import { vaultWithoutKeys } from '../vault-without-keys.ts';

let bench: BrowserBench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

const goto = (url: string) => ({ action: 'goto', url });
const click = (selector: string) => ({ action: 'click', selector });
const seen = (selector: string) => ({ action: 'waitForSelector', selector });
const LONG_WAIT = { action: 'waitForSelector', selector: '#never-there', timeoutMs: 120_000 };

describe('what a page does on its own does not stop a flow', () => {
  test.each(
    everyNth(2, [
      ['a dialog on load is dismissed', [goto('/dialog-on-load'), seen('#after')]],
      ['an alert on click is dismissed', [goto('/dialogs'), click('#alert'), seen('text=answer alert')]],
      ['a confirm is answered no', [goto('/dialogs'), click('#confirm'), seen('text=answer false')]],
      ['a prompt is dismissed', [goto('/dialogs'), click('#prompt'), seen('text=answer null')]],
      [
        'a beforeunload trap does not hold a click',
        [goto('/trap'), click('body'), click('#leave'), seen('text=Plain')],
      ],
      [
        'a beforeunload trap does not hold a goto',
        [goto('/trap'), click('body'), goto('/plain'), seen('text=Plain')],
      ],
      [
        'a popup with a dialog is tolerated',
        [goto('/popups'), click('#one'), seen('text=still here'), click('#one')],
      ],
      [
        'a download is refused and the flow goes on',
        [goto('/downloads'), click('#get'), click('#next'), seen('text=Plain')],
      ],
    ]),
  )('%s', async (_, steps) => {
    const outcomes = await bench.run(steps);
    expect(outcomes.map(({ error }) => error).filter(Boolean)).toEqual([]);
    expect(outcomes).toHaveLength(steps.length);
  });

  test('a beforeunload trap does not hold the closing of the context', async () => {
    const run = await bench.open(bench.flow([goto('/trap'), click('body')]));
    await run.perform(0, LIVE);
    await run.perform(1, LIVE);
    await run.close({ keepVideo: false, reason: 'test' });
  });

  extendedOnly(() => {
    test('of a flood of popups only a few stay open', async () => {
      await using bare = await barePage();
      await bare.page.goto(`${bench.site.url}/popups`);
      await bare.page.click('#many');
      await eventually(() =>
        expect(bench.site.requests.filter((path) => path.startsWith('/plain?'))).not.toEqual([]),
      );
      await eventually(() => expect(bare.page.context().pages().length).toBeLessThanOrEqual(6));
      expect(await bare.page.textContent('h1')).toBe('still here');
    });
  });

  test('a goto that answers with a download fails and says so', async () => {
    const outcomes = await bench.run([goto('/downloads'), goto('/file')]);
    expect(outcomes[1]?.error).toBe('goto /file: the address answered with a download, which is refused');
  });
});

describe('a page that is lost ends the step at once with a clear error', () => {
  const during = async (first: object, doom: (bench: BrowserBench) => Promise<unknown> | undefined) => {
    const run = await bench.open(bench.flow([first, LONG_WAIT, goto('/plain')]));
    try {
      await run.perform(0, LIVE);
      const outcome = run.perform(1, LIVE);
      await doom(bench);
      const { error } = await outcome; // long before its own time is over
      const again = await run.perform(2, LIVE);
      expect(again.ok).toBe(false);
      return [error, again.error];
    } finally {
      await run.close({ keepVideo: false, reason: 'test over' });
    }
  };

  test('the page is closed during a step', async () => {
    await using bare = await barePage();
    const outcome = bare.perform(0, LIVE);
    await bare.page.close();
    expect((await outcome).error).toBe('waitForSelector #never-there: the page was closed');
    expect((await bare.perform(1, LIVE)).error).toBe('goto /plain: the page was closed');
  });

  extendedOnly(() => {
    test('the page is closed between two steps', async () => {
      await using bare = await barePage();
      await bare.page.close();
      expect((await bare.perform(1, LIVE)).error).toBe('goto /plain: the page was closed');
    });
  });

  test('the page crashes', async () => {
    await using bare = await barePage();
    await expectCrashNoticed(bare);
  });

  extendedOnly(() => {
    test('the page crashes in its sandbox, as that of root has it', async () => {
      await needs('root', 'Chromium for any user', 'user namespaces');
      const { path } = await findChromium({ env: process.env });
      const user = findBrowserUser([path])!;
      await using folder = await makeTempDir(tmpdir(), 'sandboxed', user);
      const { TMPDIR } = process.env;
      process.env.TMPDIR = folder.path;
      try {
        const executablePath = await createWrappers(folder.privatePath)(path, user);
        const env = { PATH: process.env.PATH, HOME: folder.path, TMPDIR: folder.path };
        await using bare = await barePage({ executablePath, chromiumSandbox: true, env });
        await expectCrashNoticed(bare);
      } finally {
        process.env.TMPDIR = TMPDIR;
      }
    });
  });

  async function expectCrashNoticed(bare: Awaited<ReturnType<typeof barePage>>) {
    const outcome = bare.perform(0, LIVE);
    await bare.page.goto('chrome://crash').catch(() => undefined);
    expect(await outcome).toMatchObject({
      error: 'waitForSelector #never-there: the page crashed',
      reason: 'page_crashed',
    });
    expect((await bare.perform(1, LIVE)).error).toBe('goto /plain: the page crashed');
  }

  test('the browser crashes; the next run gets a new one', async () => {
    const [{ pid } = { pid: undefined }] = bench.pool.describe().browsers;
    const [error, again] = await during(goto('/plain'), async () => {
      process.kill(pid!, 'SIGKILL');
    });
    expect(error).toBe('waitForSelector #never-there: the browser crashed');
    expect(again).toBe('goto /plain: the browser crashed');
    expect(await bench.run([goto('/plain')])).toMatchObject([{ ok: true }]);
    expect(bench.pool.describe().browsers.map((browser) => browser.pid)).not.toContain(pid);
  });
});

/** Chromium lets no page with a history close itself, but people close windows: here the test has the page at hand. */
async function barePage(options: LaunchOptions = {}) {
  const { path } = await findChromium({ env: process.env });
  const browser = await chromium.launch({ executablePath: path, ...options });
  const context = await browser.newContext();
  const page = await context.newPage();
  const { gone } = watchPage(context, page, () => undefined);
  const flow = bench.flow([LONG_WAIT, goto('/plain')]);
  const vault = vaultWithoutKeys(flow);
  const perform = createPerformer({
    flow,
    steps: flow.steps,
    page,
    gone,
    evidenceMs: EVIDENCE_MS,
    navigation: watchNavigation(page, undefined),
    requests: watchRequests(page, Date.now),
    redact: async (text) => text,
    hidesFields: false,
    cover: async () => [],
    uploadFolders: undefined,
    values: createStepValues('bare', flow, { ...vault.secrets, answers: { valueOf: () => undefined } }),
    vault,
    phase: 'flow',
    keepPicture: (index, picture) => artifactsInFolder(bench.artifacts).put('bare', `${index}.png`, picture),
    evidenceLost: () => undefined,
    look: async () => ({ answers: true }),
    answerDialogs: () => undefined,
    popups: watchPopups(context, page),
    downloads: new Downloads({ context, page, areExpected: false, mostBytes: 0, keep: async () => '' }),
  });
  return { page, perform, [Symbol.asyncDispose]: () => browser.close() };
}

describe('a page stays on the web', () => {
  test.each(['#file', '#settings'])('a link to another scheme (%s) leads nowhere', async (link) => {
    const outcomes = await bench.run([goto('/links'), click(link), seen('a#file')]);
    expect(outcomes.at(-1)).toMatchObject({ index: 2, ok: true });
  });

  test('a page that got to a local file all the same is lost to the flow', async () => {
    await using bare = await barePage();
    await bare.page.goto('file:///');
    expect((await bare.perform(1, LIVE)).error).toBe(
      'goto /plain: the page went to a file: address, which is refused',
    );
  });

  test('a plan that was stored with a file: address is refused here too', async () => {
    const plan = bench.flow([goto('/plain')]);
    const run = await bench.open({ ...plan, steps: [{ action: 'goto', url: 'file:///etc/passwd' }] });
    const outcome = await run.perform(0, LIVE);
    await run.close({ keepVideo: false, reason: 'test over' });
    expect(outcome.error).toBe('goto file:///etc/passwd: only http and https addresses may be opened');
  });
});
