/* The pictures of a run, and its other files, bounded in size. */
import { type Client, GatewayError } from '#shared/api/client/index.ts';
import type { RunDetail } from '#shared/api/contract/runs/runs.ts';
import { type PictureContent, ToolError } from '../tool.ts';

/** Largest file in an answer: in base64 it stays below what models and clients take. */
const LARGEST_BYTES = 3 * 1_048_576;
/** How long the gateway may take to give a file, ms. */
const FILE_WITHIN_MS = 30_000;

interface Moment {
  /** The picture of this step, from 1. */
  step?: number | undefined;
  /** The last picture up to the event with this number. */
  seq?: number | undefined;
}

export interface FoundPicture {
  picture: PictureContent;
  bytes: number;
  /** Its event's number, and its step, from 1. */
  seq: number;
  step: number;
  /** Relative to `/artifacts/`. */
  path: string;
}

/** Without a moment, the last picture. @throws ToolError if there is none, or it is too large; ApiError, GatewayError */
export async function pictureOf(
  client: Client,
  run: RunDetail,
  { step, seq = Number.POSITIVE_INFINITY }: Moment,
  signal: AbortSignal,
): Promise<FoundPicture> {
  const all = picturesIn(run);
  const found = all.findLast(
    (one) => one.seq <= seq && (step === undefined || (one.step === step && one.ofFlow)),
  );
  if (found === undefined) throw new ToolError(noPicture(all, run));
  const { path, seq: at, step: of } = found;
  return { ...pictured(await readFile(client, path, signal)), seq: at, step: of, path };
}

const pictured = ({ bytes, mimeType }: ReadFile) => ({
  picture: { mimeType, data: Buffer.from(bytes).toString('base64') },
  bytes: bytes.length,
});

/** The page that a run is on now. @throws ToolError if it is too large, ApiError if there is none, GatewayError */
export async function frameOf(
  client: Client,
  id: string,
  signal: AbortSignal,
): Promise<Pick<FoundPicture, 'picture' | 'bytes'> & { covered: boolean }> {
  const response = await client.open('readFrame', { params: { id }, query: {} }, { signal: limited(signal) });
  const file = await fileOf(response, signal, `${client.url}/v1/runs/${id}/frame`);
  return { ...pictured(file), covered: response.headers.has('ghostly-covered') };
}

interface Taken {
  seq: number;
  step: number;
  /** False: of an `onCancel` step. */
  ofFlow: boolean;
  path: string;
}

const picturesIn = ({ events = [] }: RunDetail): Taken[] =>
  events.flatMap((event) => {
    if (!('stepIndex' in event) || !('screenshotPath' in event.payload)) return [];
    const { screenshotPath: path } = event.payload;
    const { seq, stepIndex = 0, type } = event;
    return path === undefined ? [] : [{ seq, step: stepIndex + 1, ofFlow: type.startsWith('step'), path }];
  });

function noPicture(all: Taken[], { status }: RunDetail): string {
  if (all.length > 0)
    return `There is no picture of that moment. There are pictures of: ${all.map(({ step, seq, ofFlow }) => `${ofFlow ? 'step' : 'onCancel step'} ${step} (seq ${seq})`).join(', ')}.`;
  return status === 'running'
    ? 'The run has no picture yet.'
    : 'The run has no picture: start it with "captureScreenshotAfterEachStep": true, or with a snapshot step.';
}

/** A file of a run, by its path. @throws ToolError if it is too large, ApiError, GatewayError */
export async function readFile(client: Client, path: string, signal: AbortSignal): Promise<ReadFile> {
  const [id = '', file = ''] = path.split('/');
  const call = { params: { id, file }, query: { link: 'no' as const } };
  const response = await client.open('readArtifact', call, { signal: limited(signal) });
  return fileOf(response, signal, `${client.url}/artifacts/${path}`);
}

interface ReadFile {
  bytes: Uint8Array;
  mimeType: string;
}

const limited = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(FILE_WITHIN_MS)]);

async function fileOf(response: Response, signal: AbortSignal, address: string): Promise<ReadFile> {
  const bytes = await bytesOf(response).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new GatewayError('unreachable', 'the file could not be read to its end', { cause: error });
  });
  if (bytes === undefined)
    throw new ToolError(
      `The file is larger than ${LARGEST_BYTES / 1_048_576} MiB: get it from the gateway, at ${address}`,
    );
  return { bytes, mimeType: response.headers.get('content-type') ?? 'application/octet-stream' };
}

/** Undefined if there are too many. */
async function bytesOf({ body }: Response): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > LARGEST_BYTES) return undefined; // ends the answer, too
    parts.push(part);
  }
  return Buffer.concat(parts);
}
