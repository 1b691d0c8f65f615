/* The requests of Playwright's trace of a run as a HAR (1.2), which browsers and other tools open. Owns nothing. */
import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { NETWORK_LINES } from '#shared/domain/playwright-trace/pieces.ts';
import { isFields } from '#shared/platform/json/fields.ts';
import type { TraceFile } from './stored-trace.ts';

/** A part of a HAR entry that has a body, which the trace keeps in a file of its own. */
interface Body {
  mimeType?: unknown;
  text?: string;
  encoding?: 'base64';
  [field: string]: unknown;
}

const HEAD = '{"log":{"version":"1.2","creator":{"name":"Ghostly","version":"1"},"pages":[],"entries":[';

/** Written while it is read: one entry with its bodies at a time. */
export function harOf(files: AsyncIterable<TraceFile>): Readable {
  return Readable.from(write(), { objectMode: false });

  async function* write(): AsyncGenerator<string> {
    yield HEAD;
    // What the lines name comes before them.
    const resources = new Map<string, TraceFile>();
    let comma = '';
    for await (const file of files) {
      resources.set(file.name, file);
      if (!file.name.endsWith(NETWORK_LINES)) continue;
      for await (const entry of entriesIn(file)) {
        yield `${comma}\n${JSON.stringify(await withBodies(entry, resources))}`;
        comma = ',';
      }
    }
    yield ']}}\n';
  }
}

type Entry = Record<string, unknown>;

async function* entriesIn(file: TraceFile): AsyncGenerator<Entry> {
  const lines = createInterface({ input: Readable.from(file.read(), { objectMode: false }) });
  for await (const line of lines) {
    const { type, snapshot } = JSON.parse(line) as Entry;
    if (type === 'resource-snapshot' && isFields(snapshot)) yield snapshot;
  }
}

async function withBodies(entry: Entry, resources: ReadonlyMap<string, TraceFile>): Promise<Entry> {
  const { request, response, ...rest } = entry;
  const own = Object.entries(rest).filter(([name]) => !name.startsWith('_'));
  return {
    ...Object.fromEntries(own),
    request: await withBody(request, 'postData', resources),
    response: await withBody(response, 'content', resources),
  };
}

/** The trace names a body by `_file`; one that it has not kept has none here. */
async function withBody(
  part: unknown,
  field: 'postData' | 'content',
  resources: ReadonlyMap<string, TraceFile>,
): Promise<unknown> {
  if (!isFields(part) || !isFields(part[field])) return part;
  const { _file: kept, ...body } = part[field] as Body;
  const file = resources.get(String(kept));
  return { ...part, [field]: file ? { ...body, ...textOf(await buffer(file.read()), body) } : body };
}

const IS_TEXT = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|x-www-form-urlencoded))/;

const textOf = (bytes: Buffer, { mimeType }: Body): Pick<Body, 'text' | 'encoding'> =>
  IS_TEXT.test(String(mimeType))
    ? { text: bytes.toString() }
    : { text: bytes.toString('base64'), encoding: 'base64' };
