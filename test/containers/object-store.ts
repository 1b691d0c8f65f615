import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Client } from '#shared/api/client/index.ts';
import { eventually } from '../support/eventually.ts';
import { startMoto } from '../support/servers/moto.ts';
import type { Compose } from './compose.ts';
import { flowOf, type Load } from './load.ts';

/** The services go on with an object store on this machine (moto, on all of its addresses), as `.env` says. */
export async function useObjectStore(compose: Compose, load: Load, client: Client): Promise<string> {
  const server = await startMoto('0.0.0.0', () => undefined);
  const { port } = server;
  try {
    const bucket = `http://127.0.0.1:${port}/runs`;
    await fetch(bucket, { method: 'PUT' });
    await compose.set({
      GHOSTLY_ARTIFACTS: 's3://runs/ghostly',
      GHOSTLY_S3_ENDPOINT: `http://${addressOfMachine()}:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    await compose.run(['up', '--detach', '--no-build', '--wait']);
    const kept = await keepsVideo(load, client);
    const keys = await (await fetch(`${bucket}?list-type=2`)).text();
    assert.match(keys, /<Key>ghostly\/[^<]+\.webm<\/Key>/);
    await compose.set({ GHOSTLY_ARTIFACTS: '', GHOSTLY_S3_ENDPOINT: '' });
    await compose.run(['up', '--detach', '--no-build', '--wait']);
    return kept;
  } finally {
    await server.stop();
  }
}

/** Address by which containers reach this machine. Not its name: moto takes the beginning of a name for a bucket. */
function addressOfMachine(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((own) => own ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  assert(found, 'this machine has an address besides that of itself');
  return found.address;
}

/** A run that fails has a video, which the gateway gives. */
async function keepsVideo(load: Load, client: Client): Promise<string> {
  const flow = flowOf(1_000);
  const never = { action: 'waitForSelector', selector: '#never', timeoutMs: 2_000 } as const;
  const steps = [...flow.steps, never];
  const {
    id,
    status,
    videoPath = '',
  } = await load.settled(await load.start({ ...flow, steps, recordVideoOnFailure: true }));
  assert.equal(status, 'fail');
  const file = videoPath.split('/')[1] ?? '';
  const response = await eventually(() => client.open('readArtifact', { params: { id, file } }), {
    timeoutMs: 30_000,
    everyMs: 500,
  });
  assert.equal(response.headers.get('content-type'), 'video/webm');
  const { length } = await text(response.body!);
  assert(length > 1_000, `the video has ${length} characters`);
  return `a video of ${response.headers.get('content-length')} bytes`;
}
