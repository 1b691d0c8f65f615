import type { Page } from 'playwright';
import { crossesOrigin, isHttpUrl } from '#shared/domain/flow/origin.ts';
import { isMarked, isSecretFill } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { vaultNamesIn } from '#shared/domain/flow/vault.ts';
import { StepFailure } from '../errors.ts';
import { messageOf } from '../failure.ts';
import { expectOfPage } from '../results/expect-page.ts';
import type { Expectation } from '../results/expectation.ts';
import { extractFromPage } from '../results/extract-page.ts';
import type { Result, StepValues } from '../results/step-values.ts';
import type { PlaceInRun, RunVault } from '../vault/run-vault.ts';
import { typeSecret } from '../vault/type-secret.ts';
import { refuseSelectorsOfValues } from '../vault/unread.ts';
import type { Downloads } from './downloads.ts';
import { load } from './load.ts';
import type { Navigation } from './navigation.ts';
import type { Popups } from './popups.ts';
import { resolveUploads } from './uploads.ts';
import { verify } from './verify.ts';

export interface ActContext {
  page: Page;
  navigation: Navigation;
  baseUrl: string;
  uploadFolders: readonly string[] | undefined;
  values: StepValues;
  vault: RunVault;
  place: PlaceInRun;
  /** How dialogs are answered from now on. */
  answerDialogs(as: Step['dialog']): void;
  popups: Popups;
  downloads: Downloads;
  /** Aborts the call; `timeout`, in ms, bounds it. */
  signal: AbortSignal;
  timeout: number;
}

/** What a step has found. */
export interface StepFindings {
  result?: Result;
  expectation?: Expectation;
}

/** A step that does something in the browser by itself. */
export type ActingStep = Exclude<Step, { action: 'snapshot' | 'ask' }>;

/** Performs a step in the browser, and waits for the page or the file that it says it leads to. */
export async function act(posted: ActingStep, context: ActContext): Promise<StepFindings> {
  const end = performance.now() + context.timeout;
  const { count } = context.popups;
  context.downloads.expect(posted.download);
  const found = await actOn(posted, context).catch((error: unknown) => {
    // So ends a `goto` whose answer is a file.
    if (posted.download && /Download is starting/.test(messageOf(error))) return {};
    throw error;
  });
  if (posted.download) await context.downloads.kept(context.signal, end - performance.now());
  if (posted.popup) await context.popups.opened(count, context.signal, end - performance.now());
  return found;
}

/** Performs a step in the browser, its templates filled in. Where several elements match a selector, the first is used. */
async function actOn(posted: ActingStep, context: ActContext): Promise<StepFindings> {
  const { values, vault } = context;
  const { secrets } = vault;
  const typesSecret = posted.action === 'fill' && vaultNamesIn(posted).length > 0;
  const step = values.fill(typesSecret ? { ...posted, value: '' } : posted) as ActingStep;
  context.answerDialogs(step.dialog);
  if (secrets.hasTyped) refuseSelectorsOfValues(step);
  if (typesSecret && step.action === 'fill') {
    await typeSecret(posted, step.selector, context);
    return {};
  }
  // What a result brings in was not known before.
  if (step.action === 'fill' && isSecretFill(posted))
    secrets.learn([step.value], { isMarked: isMarked(posted) });
  switch (step.action) {
    case 'expect':
      return { expectation: await expectOfPage(step, { ...context, isRestricted: secrets.hasTyped }) };
    case 'extract':
      return {
        result: await values.keep(step.name, await extractFromPage(step, context)),
      };
    case 'set':
      return {
        result: await values.keep(step.name, step.value, await values.fillShown(posted as typeof step)),
      };
    default:
      await perform(step, context);
      return {};
  }
}

async function perform(
  step: Exclude<ActingStep, { action: 'expect' | 'extract' | 'set' }>,
  context: ActContext,
): Promise<void> {
  const { page, signal, timeout } = context;
  const call = { signal, timeout };
  switch (step.action) {
    case 'goto':
      return goTo(step.url, context);
    case 'click':
      return page.click(step.selector, call);
    case 'check':
      return page.check(step.selector, call);
    case 'uncheck':
      return page.uncheck(step.selector, call);
    case 'hover':
      return page.hover(step.selector, call);
    case 'fill':
      return page.fill(step.selector, step.value, call);
    case 'selectOption':
      await page.selectOption(step.selector, step.value, call);
      return;
    case 'press':
      return page.keyboard.press(step.key);
    case 'waitForSelector':
      return page
        .locator(step.selector)
        .first()
        .waitFor({ ...call, state: 'visible' });
    case 'verify':
      return verify(step, { ...context, hidesFields: context.vault.secrets.hidesFields });
    case 'setInputFiles': {
      const files = await resolveUploads(context.uploadFolders, step.files);
      return page.setInputFiles(step.selector, files, call);
    }
    default:
      return step satisfies never;
  }
}

async function goTo(address: string, context: ActContext): Promise<void> {
  const url = URL.parse(address, context.baseUrl)?.href ?? address;
  if (!isHttpUrl(url)) throw new StepFailure('only http and https addresses may be opened');
  // Asked at the start of what was known then.
  if (crossesOrigin(url, context.baseUrl))
    throw new StepFailure('only addresses of the origin of baseUrl may be opened');
  try {
    await load(url, context);
  } catch (error) {
    if (!/net::ERR_(ADDR|SOCKS|PROXY|TUNNEL)/.test(messageOf(error))) throw error;
    await context.navigation.failureHeard();
    const known = await context.navigation.why();
    throw known === undefined ? error : new StepFailure(known.text);
  }
}
