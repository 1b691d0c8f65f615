/*
 * Hears what a run's page says: documents and requests, its console, errors, dialogs, popups, downloads, its crash. Owns
 * the listeners, which go with the context; answers dialogs. Stores nothing (`services/runner/run/saying.ts`).
 */
import type { BrowserContext, ConsoleMessage, Dialog, Download, Frame, Page, WebError } from 'playwright';
import type { Said } from '#shared/domain/events/said.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { tooLarge } from '../messages/message-guard.ts';
import type { PendingRequests } from '../pending-requests.ts';
import { createHeard, type Heard, keptText, type ReadSaid, type SaidSecrets } from './heard.ts';
import { HeardRequests } from './requests.ts';

export interface PageSaid {
  /** What was not taken yet, at most `most`, redacted as of now. `failed`: a step has failed, so what hangs is said again. */
  read(most: number, when: { isEnd: boolean; failed: boolean }): Promise<ReadSaid>;
  readonly isEmpty: boolean;
  /** How the dialogs from now on are answered; undefined: they are dismissed. */
  answerDialogs(as: DialogAnswer): void;
  /** Called when there is something new. */
  onHeard(listener: () => void): void;
}

type DialogAnswer = Step['dialog'];
/** Says what became of a file: where it was kept, or why not. */
export type TakeDownload = (
  download: Download,
  say: (fate: Pick<Said, 'path' | 'bytes' | 'refused'>) => void,
) => Promise<void>;

/** Hears until the context is closed. */
export function hearPage(
  context: BrowserContext,
  page: Page,
  requests: PendingRequests,
  secrets: SaidSecrets,
  takeDownload: TakeDownload,
): PageSaid {
  let listener: () => void = () => undefined;
  const heard = createHeard(secrets, () => listener());
  const hanging = new HeardRequests(requests, page, heard);
  let answerAs: DialogAnswer;
  listen(context, page, heard, { answerAs: () => answerAs, takeDownload });
  context.once('close', () => hanging.stop());
  return {
    read(most, { isEnd, failed }) {
      if (failed) hanging.sayHanging(true);
      return heard.read(most, isEnd);
    },
    get isEmpty() {
      return heard.isEmpty;
    },
    answerDialogs(as) {
      answerAs = as;
    },
    onHeard(heardOf) {
      listener = heardOf;
    },
  };
}

function listen(
  context: BrowserContext,
  page: Page,
  heard: Heard,
  { answerAs, takeDownload }: { answerAs(): DialogAnswer; takeDownload: TakeDownload },
): void {
  const onConsole = (message: ConsoleMessage) => hearConsole(message, heard);
  const onError = (error: WebError) => hearError(error, heard);
  const onDialog = (dialog: Dialog) => void answer(dialog, heard, answerAs()).catch(() => undefined); // its page is gone
  const onCrash = () => void heard.add({ kind: 'crash' });
  const onDownload = (download: Download) => hearDownload(download, heard, takeDownload);
  let popups = 0;
  const onPage = (popup: Page) => {
    popup.on('download', onDownload);
    if (popup === page) return;
    popups += 1;
    const item = heard.add({ kind: 'popup', url: popup.url() }, `popup ${popups}`);
    const onNavigated = (frame: Frame) => {
      if (frame !== popup.mainFrame()) return;
      popup.off('framenavigated', onNavigated);
      if (item) item.url = keptText(frame.url());
    };
    popup.on('framenavigated', onNavigated);
  };
  page.on('crash', onCrash);
  page.on('download', onDownload);
  context.on('console', onConsole);
  context.on('weberror', onError);
  context.on('dialog', onDialog);
  context.on('page', onPage);
}

const LEVELS: Readonly<Record<string, Said['level']>> = {
  error: 'error',
  warning: 'warning',
  debug: 'debug',
  verbose: 'debug',
};
/** Chromium says that of each request that fails, which is heard of as such. */
const OF_REQUEST = 'Failed to load resource:';

function hearConsole(message: ConsoleMessage, heard: Heard): void {
  const [type, text] = [message.type(), message.text()];
  // How many the page has dropped (`limit-console.ts`).
  if (type === 'dir') heard.addDropped(Math.min(Number.MAX_SAFE_INTEGER, Number.parseInt(text, 10) || 1));
  else if (!text.startsWith(OF_REQUEST)) heard.add({ kind: 'console', level: LEVELS[type] ?? 'info', text });
}

function hearError(error: WebError, heard: Heard): void {
  const { name, message } = error.error();
  if (tooLarge(error.error()) !== undefined) return;
  heard.add({ kind: 'error', text: name && name !== 'Error' ? `${name}: ${message}` : message });
}

/** A dialog is dismissed unless its step says otherwise; but a page that asks whether it may be left is left. */
async function answer(dialog: Dialog, heard: Heard, as: DialogAnswer): Promise<void> {
  const type = dialog.type() as NonNullable<Said['dialog']>;
  const isAccepted = type === 'beforeunload' || as?.accept === true;
  const typed = type === 'prompt' && isAccepted ? (as?.text ?? dialog.defaultValue()) : undefined;
  heard.add({
    kind: 'dialog',
    dialog: type,
    text: dialog.message(),
    answer: isAccepted ? 'accepted' : 'dismissed',
    ...(typed !== undefined && { typed }),
  });
  await (isAccepted ? dialog.accept(typed) : dialog.dismiss());
}

function hearDownload(download: Download, heard: Heard, take: TakeDownload): void {
  const [name, url] = [download.suggestedFilename(), download.url()];
  const say = (fate: object) => void heard.add({ kind: 'download', name, url, ...fate });
  void take(download, say).catch(() => undefined); // its page is gone
}
