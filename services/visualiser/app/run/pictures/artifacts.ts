/*
 * Pictures of runs as addresses that an <img> can take: fetched, so that it is known why one is missing, and kept as objects of this page.
 * Owns those objects; the oldest are given back when there are many.
 */
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { client } from '../../session/session.ts';

const objects = new RecentMap<string, Promise<string>>({ most: 60, onForget: release });

/** `path` as events tell it: `<run>/<file>`. @throws ApiError, GatewayError */
export function objectUrlOf(path: string): Promise<string> {
  const object = objects.getOrSet(path, () => fetchObject(path));
  object.catch(() => objects.delete(path, object));
  return object;
}

export const releaseObjects = (): void => objects.clear();

function release(object: Promise<string>): void {
  object.then((url) => URL.revokeObjectURL(url)).catch(() => undefined); // it was never fetched
}

async function fetchObject(path: string): Promise<string> {
  const [id = '', file = ''] = path.split('/');
  // The policy of this page lets it read from its own server only.
  const response = await client.value.open('readArtifact', { params: { id, file }, query: { link: 'no' } });
  return URL.createObjectURL(await response.blob());
}
