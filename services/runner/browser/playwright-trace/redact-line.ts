/*
 * A line of a trace as it may leave the runner (I10): without secrets and sessions, without what is in fields where the flow
 * types any secret, without paths of this machine. Files that it names are kept under new names. Owns nothing.
 */
import { REDACTED } from '#shared/domain/flow/placeholder.ts';
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { RESOURCES } from '#shared/domain/playwright-trace/pieces.ts';
import { namesAccess, opensSession } from './sessions.ts';
import { redactTextsOf } from './texts.ts';

/** A longer line is left out; of a picture of the page a note stays, as later ones count it. */
const LONGEST_LINE = 4 * 2 ** 20;
/** `file` and `_file`; a quote in what a page says has a backslash before it. */
const NAMES_FILE = `file":"${RESOURCES}`;

export interface LineReader {
  redact: Redactor;
  /** No field shows what is in it, but buttons. */
  hidesFields: boolean;
  /** Keeps a file that a line names; undefined if it is left out. */
  keep(file: string, type: string): Promise<string | undefined>;
  /** It will not be kept, so nothing has to wait for that. */
  drop(file: string): void;
  /** The step that was under way at that time, as its call. */
  stepAt(ms: number): string | undefined;
}

type Fields = Record<string, unknown>;

/** Undefined for a line of no use. */
export async function redactLine(text: string, reader: LineReader): Promise<string | undefined> {
  if (text.length > LONGEST_LINE) {
    for (const after of text.split(NAMES_FILE).slice(1))
      reader.drop(`${RESOURCES}${after.slice(0, after.indexOf('"'))}`);
    return shortened(text.slice(0, LONGEST_LINE));
  }
  let line: Fields;
  try {
    line = JSON.parse(text) as Fields;
  } catch {
    return undefined; // the end of a line that was never written whole
  }
  delete line.stack;
  if (line.type === 'after') delete (line.error as Fields | undefined)?.stack;
  if (line.type === 'before' && typeof line.startTime === 'number')
    line.parentId ??= reader.stepAt(line.startTime);
  if (line.type === 'frame-snapshot') await readSnapshot(line.snapshot as Snapshot, reader);
  if (line.type === 'resource-snapshot') await readEntry(line.snapshot as Entry, reader);
  await redactTextsOf(line, reader.redact);
  return JSON.stringify(line);
}

const CALL = /^\{"type":"before","callId":"[^"]*","startTime":[\d.]+,/;
const HEAD =
  /^\{"type":"frame-snapshot","snapshot":(\{"callId":"[^"]*","phase":"[^"]*","pageId":"[^"]*","frameId":"[^"]*"),/;

/** What later lines need of one that is too long: a call, or that there was a picture of the page. */
function shortened(text: string): string | undefined {
  const [call] = CALL.exec(text) ?? [];
  if (call !== undefined)
    return `${call}"title":"a call with a long value","class":"","method":"","params":{}}`;
  const [, head] = HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  const left = 'The page was too large for the trace.';
  const rest = {
    frameUrl: '',
    html: ['HTML', {}, ['BODY', {}, left]],
    viewport: { width: 1280, height: 720 },
  };
  const also = { timestamp: 0, wallTime: 0, resourceOverrides: [], isMainFrame: true };
  return `{"type":"frame-snapshot","snapshot":${head},${JSON.stringify({ ...rest, ...also }).slice(1)}}`;
}

interface Snapshot {
  html?: unknown;
  doctype?: unknown;
  viewport?: unknown;
  resourceOverrides?: { file?: string }[];
}

async function readSnapshot(snapshot: Snapshot, reader: LineReader): Promise<void> {
  readElements(snapshot.html, reader.hidesFields);
  if (!/^[\w-]{1,40}$/.test(String(snapshot.doctype ?? ''))) delete snapshot.doctype;
  const { width, height } = (snapshot.viewport ?? {}) as Fields;
  snapshot.viewport = { width: Number(width) || 1_280, height: Number(height) || 720 };
  for (const override of snapshot.resourceOverrides ?? [])
    if (override.file !== undefined) {
      const file = await reader.keep(override.file, 'text/css');
      if (file === undefined) delete override.file;
      else override.file = file;
    }
}

const VALUE = '__playwright_value_';
/** What they have in `value` is what they are called. */
const BUTTONS = new Set(['submit', 'button', 'reset', 'image', 'checkbox', 'radio']);

/** Without recursion: a page may be as deep as it likes. */
function readElements(html: unknown, hidesAll: boolean): void {
  const open = [html];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!Array.isArray(node)) continue;
    if (typeof node[0] === 'string') {
      if (typeof node[1] !== 'object' || node[1] === null || Array.isArray(node[1])) node[1] = {};
      readElement(node as Element, hidesAll);
    }
    for (const child of node) if (Array.isArray(child)) open.push(child);
  }
}

type Element = [name: string, attributes: Fields, ...children: unknown[]];

function readElement(element: Element, hidesAll: boolean): void {
  disarm(element);
  hideField(element, hidesAll);
}

const RUNS = /^\s*(?:javascript|vbscript|data:text\/html)\s*:?/i;

/** Playwright leaves out what runs, but in the page, which may change what it says. */
function disarm(element: Element): void {
  const [name, attributes] = element;
  if (!/^[\w:-]+$/.test(name) || /script|object|embed|applet/i.test(name)) {
    element[0] = 'x-left-out';
    for (let at = 2; at < element.length; at += 1) if (typeof element[at] === 'string') element[at] = '';
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    const isArmed = /^on|^srcdoc$|^http-equiv$/i.test(attribute) || RUNS.test(String(value));
    if (!/^[^\s"'<>/=]+$/.test(attribute)) delete attributes[attribute];
    else if (isArmed) attributes[attribute] = '';
    else if (namesAccess(attribute)) attributes[attribute] = REDACTED;
  }
  // The viewer writes a style as it is.
  if (/^style$/i.test(name))
    for (let at = 2; at < element.length; at += 1)
      if (typeof element[at] === 'string') element[at] = (element[at] as string).replaceAll('</', '<\\/');
}

function hideField(node: Element, hidesAll: boolean): void {
  const [name, attributes] = node;
  const isField = name.toUpperCase() === 'INPUT' || name.toUpperCase() === 'TEXTAREA';
  const type = String(attributes.type ?? '').toLowerCase();
  // What a page has there for its own requests.
  if (
    (type === 'hidden' || name.toUpperCase() === 'META') &&
    opensSession(String(attributes.name ?? attributes.id))
  )
    for (const attribute of ['content', 'value', VALUE])
      if (attributes[attribute]) attributes[attribute] = REDACTED;
  if (!isField || BUTTONS.has(type) || !(hidesAll || type === 'password')) return;
  for (const attribute of [VALUE, 'value']) if (attributes[attribute]) attributes[attribute] = REDACTED;
  for (let at = 2; at < node.length; at += 1) if (typeof node[at] === 'string') node[at] = REDACTED;
}

interface Named {
  name?: string;
  value?: unknown;
}

interface Message {
  method?: string;
  headers?: Named[];
  cookies?: Named[];
  queryString?: Named[];
}

interface Body {
  _file?: string;
  mimeType?: string;
  params?: Named[];
}

interface Entry {
  request?: Message & { postData?: Body };
  response?: Message & { content?: Body };
  _resourceType?: string;
}

/** A page may make up others. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

async function readEntry({ request, response, _resourceType }: Entry, reader: LineReader): Promise<void> {
  if (request && !METHODS.has(String(request.method))) request.method = 'OTHER';
  for (const message of [request, response]) {
    for (const cookie of message?.cookies ?? []) cookie.value = REDACTED;
    for (const named of [...(message?.headers ?? []), ...(message?.queryString ?? [])]) hideNamed(named);
  }
  for (const named of request?.postData?.params ?? []) hideNamed(named);
  for (const body of [request?.postData, response?.content]) {
    if (body?._file === undefined) continue;
    // Pages are shown without scripts, which are most of what they load.
    const isScript = _resourceType === 'script' || /javascript|wasm/.test(body.mimeType ?? '');
    if (isScript) reader.drop(body._file);
    const file = isScript ? undefined : await reader.keep(body._file, body.mimeType ?? '');
    if (file === undefined) delete body._file;
    else body._file = file;
  }
}

function hideNamed(named: Named): void {
  if (opensSession(String(named.name ?? ''))) named.value = REDACTED;
}
