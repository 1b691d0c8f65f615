/*
 * The other end of the one request to Kubernetes: an https server that knows pods, and refuses what the real one
 * would: another method, path, content type or token. Owns its port and a folder like a pod's, both gone at its end.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

export interface ApiServer extends AsyncDisposable {
  /** What a supervisor needs to use it. */
  readonly env: { GHOSTLY_KUBERNETES_API: string; GHOSTLY_KUBERNETES_ACCOUNT: string };
  /** The deletion cost of each pod that there is, as its annotation says. */
  readonly pods: Map<string, string | undefined>;
  /** Every answer so far, `<status> <method> <path>`. */
  readonly answers: string[];
  /** Renews it like the kubelet: only the new one counts then. */
  renewToken(): Promise<void>;
  /** Pods whose changes an admission policy of the cluster refuses. */
  readonly refused: Set<string>;
  /** What the account may do: without it every request is forbidden. */
  mayPatch: boolean;
}

const NAMESPACE = 'browsers';
const COST = 'controller.kubernetes.io/pod-deletion-cost';
const PATH = new RegExp(`^/api/v1/namespaces/${NAMESPACE}/pods/([a-z0-9.-]+)\\?fieldManager=ghostly$`);

export async function startApiServer(): Promise<ApiServer> {
  const account = await mkdtemp(join(tmpdir(), 'account-'));
  const { key, cert } = await certify(account);
  const pods = new Map<string, string | undefined>();
  const answers: string[] = [];
  let token = '';
  const renewToken = async () => {
    token = `token-${crypto.randomUUID()}`;
    await writeFile(join(account, 'token'), token);
  };
  await renewToken();
  await writeFile(join(account, 'namespace'), NAMESPACE);

  const judge = async (request: IncomingMessage): Promise<number> => {
    if (request.headers.authorization !== `Bearer ${token}`) return 401;
    const pod = PATH.exec(request.url ?? '')?.[1];
    if (!server.mayPatch || pod === undefined) return 403;
    if (request.method !== 'PATCH') return 405;
    if (request.headers['content-type'] !== 'application/merge-patch+json') return 415;
    const patch = JSON.parse(await text(request)) as {
      metadata?: { annotations?: Record<string, unknown> };
    };
    const cost = patch.metadata?.annotations?.[COST];
    // An annotation is a text, whatever is in it; the controller wants an int32.
    if (typeof cost !== 'string' || !/^-?\d{1,9}$/.test(cost) || Object.keys(patch).length > 1) return 422;
    if (!pods.has(pod)) return 404;
    if (server.refused.has(pod)) return 403;
    pods.set(pod, cost);
    return 200;
  };
  const https = createServer({ key, cert }, async (request, response) => {
    const status = await judge(request).catch(() => 400);
    answers.push(`${status} ${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', code: status }));
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const server: ApiServer = {
    env: {
      GHOSTLY_KUBERNETES_API: `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
      GHOSTLY_KUBERNETES_ACCOUNT: account,
    },
    pods,
    answers,
    renewToken,
    mayPatch: true,
    refused: new Set<string>(),
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      await new Promise((resolve) => https.close(resolve));
      await rm(account, { recursive: true, force: true });
    },
  };
  return server;
}

/** A certificate of its own, which the folder has as `ca.crt`: an account's, that of the cluster. */
export async function certify(
  folder: string,
  subject = 'IP:127.0.0.1',
): Promise<{ key: string; cert: string }> {
  const [keyFile, certFile] = [join(folder, 'key'), join(folder, 'ca.crt')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=kubernetes', '-addext', `subjectAltName=${subject}`],
    ...['-keyout', keyFile, '-out', certFile],
  ]);
  const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certFile, 'utf8')]);
  await rm(keyFile);
  return { key, cert };
}
