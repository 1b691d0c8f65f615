/*
 * What a ReplicaSet and the kubelet do to pods, to real processes: as many are there as wanted; which ones go is decided as
 * the controller decides it; one that goes gets SIGTERM, and SIGKILL after the grace. Owns the processes.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Pod {
  readonly name: string;
  readonly process: ChildProcess;
  readonly createdAt: number;
  readyAt: number | undefined;
  /** When it got SIGTERM. */
  deletedAt: number | undefined;
  goneAt: number | undefined;
  /** It was still there after the grace. */
  killed: boolean;
}

export interface ReplicaSetOptions {
  /** Starts the process of a pod; resolves when it is ready. */
  start(name: string): { process: ChildProcess; ready: Promise<unknown> };
  /** terminationGracePeriodSeconds, ms. */
  graceMs: number;
  /** `controller.kubernetes.io/pod-deletion-cost` of a pod, as the API server has it. */
  costOf(name: string): number;
  onCreated(name: string): void;
  onGone(pod: Pod): void;
}

export class ReplicaSet implements AsyncDisposable {
  /** Those that there ever were. */
  readonly all: Pod[] = [];
  readonly #options: ReplicaSetOptions;
  /** Who waits for a pod to become ready, or to go. */
  readonly #waiting: (() => void)[] = [];

  constructor(options: ReplicaSetOptions) {
    this.#options = options;
  }

  /** Those that count: neither deleted nor ended. */
  get pods(): Pod[] {
    return this.all.filter(({ deletedAt, goneAt }) => deletedAt === undefined && goneAt === undefined);
  }

  /** Creates or deletes pods until `wanted` are there; resolves to those that were deleted. */
  scale(wanted: number): Pod[] {
    for (let missing = wanted - this.pods.length; missing > 0; missing -= 1) this.#create();
    const { costOf } = this.#options;
    const surplus = this.pods
      .toSorted((a, b) => inOrderOfDeletion(a, b, costOf))
      .slice(0, Math.max(0, this.pods.length - wanted));
    for (const pod of surplus) this.#delete(pod);
    return surplus;
  }

  /** Resolves when all that are there are ready. */
  async ready(): Promise<void> {
    while (this.pods.some(({ readyAt }) => readyAt === undefined)) await this.#changed();
  }

  /** Resolves when all that were deleted are gone. */
  async gone(): Promise<void> {
    while (this.all.some(({ deletedAt, goneAt }) => deletedAt !== undefined && goneAt === undefined))
      await this.#changed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.scale(0);
    await this.gone();
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #create(): void {
    const { start, onCreated, onGone } = this.#options;
    const name = `ghostly-runner-${String(this.all.length).padStart(5, '0')}`;
    onCreated(name);
    const { process, ready } = start(name);
    const pod: Pod = {
      name,
      process,
      createdAt: performance.now(),
      readyAt: undefined,
      deletedAt: undefined,
      goneAt: undefined,
      killed: false,
    };
    this.all.push(pod);
    ready.then(
      () => {
        pod.readyAt = performance.now();
        this.#tell();
      },
      () => undefined, // it ended before: `exit` says so
    );
    void once(process, 'exit').then(() => {
      pod.goneAt = performance.now();
      onGone(pod);
      this.#tell();
    });
  }

  #delete(pod: Pod): void {
    pod.deletedAt = performance.now();
    pod.process.kill('SIGTERM');
    const timer = setTimeout(() => {
      pod.killed = pod.process.kill('SIGKILL');
    }, this.#options.graceMs);
    void once(pod.process, 'exit').then(() => clearTimeout(timer));
  }
}

/**
 * The controller's order (`ActivePodsWithRanks`), the first to be deleted first: not ready before ready, the lower
 * deletion cost, ready for less long, created later. Left out: unscheduled pods, pods of one node, restarts.
 */
function inOrderOfDeletion(a: Pod, b: Pod, costOf: (name: string) => number): number {
  const [aReady, bReady] = [a.readyAt, b.readyAt];
  if ((aReady === undefined) !== (bReady === undefined)) return aReady === undefined ? -1 : 1;
  const byCost = costOf(a.name) - costOf(b.name);
  if (byCost !== 0) return byCost;
  if (aReady !== undefined && bReady !== undefined && aReady !== bReady) return bReady - aReady;
  return b.createdAt - a.createdAt;
}
