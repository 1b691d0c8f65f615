/*
 * Pictures of runs as addresses that an <img> can take: fetched, so that it is known why one is missing, and kept as objects of this page.
 * Owns those objects; the oldest are given back when there are many.
 */
import { client } from '../../session/session.ts';

const MOST = 60;
const objects = new Map<string, Promise<string>>();

/** `path` as events tell it: `<run>/<file>`. @throws ApiError, GatewayError */
export function objectUrlOf(path: string): Promise<string> {
  const known = objects.get(path);
  if (known !== undefined) {
    objects.delete(path);
    objects.set(path, known);
    return known;
  }
  const fetched = fetchObject(path);
  objects.set(path, fetched);
  fetched.catch(() => objects.delete(path));
  const [oldest] = objects;
  if (objects.size > MOST && oldest) release(oldest[0]);
  return fetched;
}

export function releaseObjects(): void {
  for (const path of [...objects.keys()]) release(path);
}

function release(path: string): void {
  const object = objects.get(path);
  objects.delete(path);
  void object?.then((url) => URL.revokeObjectURL(url)).catch(() => undefined);
}

async function fetchObject(path: string): Promise<string> {
  const [id = '', file = ''] = path.split('/');
  // The policy of this page lets it read from its own server only.
  const response = await client.value.open('readArtifact', { params: { id, file }, query: { link: 'no' } });
  return URL.createObjectURL(await response.blob());
}
