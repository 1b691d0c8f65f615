/*
 * The one request to Kubernetes: what the deletion of a pod costs. Written by hand, since the client libraries bring the
 * whole API and their own HTTP.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** ReplicaSets delete the pods with the lowest value first; a pod without one counts as 0. */
const ANNOTATION = 'controller.kubernetes.io/pod-deletion-cost';
const TIMEOUT_MS = 2_000;

/** The API server has answered, and refuses. */
export class KubernetesRefusal extends Error {
  override readonly name = 'KubernetesRefusal';
}

export interface Kubernetes extends Disposable {
  /** Resolves to false if there is no such pod. @throws KubernetesRefusal, or what kept the request from being answered */
  setDeletionCost(pod: string, cost: number): Promise<boolean>;
}

export interface KubernetesAddress {
  /** URL of the API server, https. */
  url: string;
  /** The folder that Kubernetes mounts into a pod, with `token`, `ca.crt` and `namespace`. */
  account: string;
}

/** For a few requests: the account's token is renewed from time to time, and read here once. */
export async function openKubernetes({ url, account }: KubernetesAddress): Promise<Kubernetes> {
  const [token, ca, namespace] = await Promise.all(
    ['token', 'ca.crt', 'namespace'].map((name) => readFile(join(account, name), 'utf8')),
  );
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 });
  const pods = `${url.replace(/\/$/, '')}/api/v1/namespaces/${encodeURIComponent(namespace!.trim())}/pods`;
  const headers = {
    authorization: `Bearer ${token!.trim()}`,
    'content-type': 'application/merge-patch+json',
    accept: 'application/json',
  };
  return {
    async setDeletionCost(pod, cost) {
      const target = `${pods}/${encodeURIComponent(pod)}?fieldManager=ghostly`;
      const body = JSON.stringify({ metadata: { annotations: { [ANNOTATION]: String(cost) } } });
      const { status, answer } = await send(target, { agent, headers }, body);
      if (status === 404) return false;
      if (status !== 200)
        throw new KubernetesRefusal(
          `Kubernetes answered ${status} for the pod ${pod}: ${answer.slice(0, 300)}`,
        );
      return true;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

interface Sending {
  agent: Agent;
  headers: Record<string, string>;
}

function send(target: string, sending: Sending, body: string): Promise<{ status: number; answer: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = request(target, { ...sending, method: 'PATCH', signal }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
