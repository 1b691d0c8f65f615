/*
 * A field of a page, held by its element: what was checked is what is typed into. Nothing is sent as keys, which go to
 * whatever has the focus: a foreign page around an allowed frame could take it in between. Owns no state.
 */
import type { ElementHandle, Frame, Page } from 'playwright';
import { isHttpUrl } from '#shared/domain/flow/origin.ts';
import { StepFailure } from '../errors.ts';
import { messageOf } from '../failure.ts';

interface Call {
  signal: AbortSignal;
  /** How long it may take, ms. */
  left(): number;
}

export interface Field {
  /** Of the frame that has it, as the browser says; of one without an address of the web its scheme, such as `about:`. */
  origin: string;
  /** `gone`: it is no longer there, or its frame has left the origin. `untaken`: the page takes no text there. */
  type(text: string): Promise<'typed' | 'gone' | 'untaken'>;
  release(): void;
}

/**
 * The first element that matches, once it may be typed into; undefined if it went away meanwhile. Its frame is the one that
 * was searched: asked by the element, a page could answer with another (`Node.prototype.ownerDocument`).
 */
export async function findField(page: Page, selector: string, call: Call): Promise<Field | undefined> {
  const { signal, left } = call;
  let element: ElementHandle | undefined;
  try {
    const { frame, within } = await searchedFrame(page, selector, call);
    element = await frame.waitForSelector(within, { state: 'attached', signal, timeout: left() });
    for (const state of ['visible', 'enabled', 'editable'] as const)
      await element.waitForElementState(state, { signal, timeout: left() });
    const [found, origin] = [element, originOf(frame.url())];
    return { origin, release: () => release(found), type: (text) => typeInto(found, origin, text) };
  } catch (error) {
    if (element) release(element);
    if (signal.aborted || !IS_GONE.test(messageOf(error))) throw error;
    return undefined;
  }
}

const release = (element: ElementHandle): void => void element.dispose().catch(() => undefined);

/** How a selector goes on inside of a frame. */
const ENTERS_FRAME = /\s*>>\s*internal:control=enter-frame\s*>>\s*/;

/** The frame that a selector leads to, as the browser says, and what is left of the selector there. */
async function searchedFrame(
  page: Page,
  selector: string,
  { signal, left }: Call,
): Promise<{ frame: Frame; within: string }> {
  const ways = selector.split(ENTERS_FRAME);
  const within = ways.pop()!;
  if ([...ways, within].some((part) => part.includes('internal:control')))
    throw new StepFailure('the selector leads where it cannot be known which frame it is');
  let frame = page.mainFrame();
  for (const way of ways) {
    const owner = await frame.waitForSelector(way, { state: 'attached', signal, timeout: left() });
    const inner = await owner.contentFrame();
    release(owner);
    if (!inner) throw new StepFailure(`${way} is no frame`);
    frame = inner;
  }
  return { frame, within };
}

/** The page has replaced the element, or what it was on. */
const IS_GONE =
  /not attached|was detached|Execution context was destroyed|Cannot find context|navigat|JSHandle is disposed/;

/** Addresses of other schemes have the origin of another page, or none: nothing is typed there. */
function originOf(address: string): string {
  const url = URL.parse(address);
  if (url === null) return 'about:';
  return isHttpUrl(address) ? url.origin : url.protocol;
}

async function typeInto(
  element: ElementHandle,
  origin: string,
  text: string,
): Promise<'typed' | 'gone' | 'untaken'> {
  try {
    return await element.evaluate(typeAt, { origin, text });
  } catch (error) {
    if (IS_GONE.test(messageOf(error))) return 'gone';
    throw error;
  }
}

/** What is used of the page's own types; this process has none of them. */
interface PageElement {
  isConnected: boolean;
  isContentEditable?: boolean;
  matches(selector: string): boolean;
  closest(selector: string): { control?: PageElement | null } | null;
  focus(): void;
  getRootNode(): { activeElement?: PageElement | null };
  ownerDocument: { execCommand(command: string, shows: boolean, text?: string): boolean };
}
declare const location: { origin: string };

/**
 * Runs in the page, all at once: no other script comes between. No page can change what its `location` says. Text is
 * inserted as by a person, in this document and no other.
 */
function typeAt(found: PageElement, { origin, text }: { origin: string; text: string }) {
  const takesText = (one: PageElement) => one.isContentEditable === true || one.matches('input, textarea');
  const field = takesText(found) ? found : (found.closest('label')?.control ?? found);
  if (location.origin !== origin || !field.isConnected) return 'gone';
  if (!takesText(field)) return 'untaken';
  field.focus();
  if (field.getRootNode().activeElement !== field) return 'untaken';
  const { ownerDocument: document } = field;
  document.execCommand('selectAll', false);
  return document.execCommand('insertText', false, text) ? 'typed' : 'untaken';
}
