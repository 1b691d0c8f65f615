/*
 * An S3 server of one test file (moto), with a bucket `runs`. Owns its process; ends it by its pid. Its store is in memory.
 */

import { randomUUID } from 'node:crypto';
import type { StoreConfig } from '#shared/adapters/artifacts/configured.ts';
import { readConfig } from '#shared/platform/config/config.ts';
import { STORE } from '#shared/platform/config/services.ts';
import { afterFile, whenTestFails } from '../file-hooks.ts';
import { needs } from '../machine.ts';
import { startMoto } from './moto.ts';

export interface TestS3 {
  readonly url: string;
  /** What a service gets of the store by way of `endpoint`. */
  env(endpoint?: string): Record<string, string>;
  /** The same, as its configuration. */
  config(home: string, endpoint?: string): StoreConfig;
  /** Every key in the bucket, in order. */
  keys(): Promise<string[]>;
  /** A request about one object, GET by default. */
  object(key: string, request?: RequestInit): Promise<Response>;
  /** Accepts only the credentials of `user`, with signatures; or any again. */
  refuseCredentials(refused: boolean): Promise<void>;
  /** The credentials of a user who may do these actions, e.g. `s3:GetObject`, and nothing else. */
  user(actions: readonly string[]): Promise<Record<string, string>>;
}

/** Any will do unless it demands credentials. */
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** All objects are private; a signature is not looked at. */
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
});

/** While the file is loaded, which is skipped if there is no such server. */
export async function startTestS3(): Promise<TestS3> {
  await needs('moto');
  const lines: string[] = [];
  whenTestFails(() => console.error(['--- last lines of the S3 server', ...lines.slice(-20)].join('\n')));
  const server = await startMoto('127.0.0.1', (line) => void lines.push(line));
  afterFile(() => server.stop());
  const url = `http://127.0.0.1:${server.port}`;
  await fetch(`${url}/runs`, { method: 'PUT' });
  const own = { ...process.env };
  Object.assign(process.env, CREDENTIALS); // the client reads them by itself
  afterFile(async () => {
    for (const name of Object.keys(CREDENTIALS)) {
      if (own[name] === undefined) delete process.env[name];
      else process.env[name] = own[name];
    }
  });

  const env = (endpoint = url) => ({
    ...CREDENTIALS,
    GHOSTLY_ARTIFACTS: 's3://runs/of/ghostly',
    GHOSTLY_S3_ENDPOINT: endpoint,
  });
  return {
    url,
    env,
    config: (home, endpoint) =>
      readConfig({ ...env(endpoint), GHOSTLY_HOME: home }, ['GHOSTLY_HOME', ...STORE]),
    async keys() {
      const text = await (await fetch(`${url}/runs?list-type=2`)).text();
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key).sort();
    },
    object: (key, request) => fetch(`${url}/runs/${key}`, { headers: signedFor('s3'), ...request }),
    user: (actions) => createUser(url, actions),
    async refuseCredentials(refused) {
      await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: refused ? '0' : 'inf' });
    },
  };
}

async function createUser(url: string, actions: readonly string[]): Promise<Record<string, string>> {
  const UserName = `user-${randomUUID()}`;
  const iam = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ UserName, Version: '2010-05-08', ...fields });
    const answer = await fetch(url, { method: 'POST', headers: signedFor('iam'), body });
    if (!answer.ok) throw new Error(`${fields.Action}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  await iam({ Action: 'CreateUser' });
  const key = await iam({ Action: 'CreateAccessKey' });
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  };
  await iam({ Action: 'PutUserPolicy', PolicyName: 'only', PolicyDocument: JSON.stringify(policy) });
  const read = (name: string) => new RegExp(`<${name}>([^<]+)<`).exec(key)?.[1] ?? '';
  return { AWS_ACCESS_KEY_ID: read('AccessKeyId'), AWS_SECRET_ACCESS_KEY: read('SecretAccessKey') };
}
