/*
 * One act of the demo: starts its run, shows the run's stream as it comes, cancels it where the act says so. Owns the
 * timer of the cancel.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, StartInput, StreamEntry } from '#shared/api/client/index.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { ABORTING } from '#shared/domain/run/states.ts';
import type { Act } from './acts.ts';
import type { CancelMarks } from './cancel-cost.ts';
import type { Scene } from './scene.ts';
import type { DemoStage } from './stage.ts';

export interface Played {
  runId: string;
  outcome: Outcome | undefined;
  events: number;
  /** Only of a run that was cancelled. */
  marks: CancelMarks | undefined;
}

export interface PlayDeps {
  client: Client;
  project: string;
  stage: DemoStage;
  signal: AbortSignal;
  /** Epoch ms, as the events' times are. */
  now: () => number;
}

export async function play(
  act: Act,
  number: number,
  flow: Omit<StartInput, 'project'>,
  deps: PlayDeps,
): Promise<Played> {
  const { client, project, stage, signal, now } = deps;
  const { id } = await client.start({ ...flow, project }, { signal });
  const scene = stage.open(number, act.title, id);
  const marks: Partial<CancelMarks> = {};
  let cancelling: Promise<void> | undefined;
  let events = 0;

  const take = (entry: StreamEntry): void => {
    if (entry.kind !== 'assist') return;
    events += 1;
    if (entry.type === 'transition' && entry.payload.to === ABORTING) marks.abortedAt = Date.parse(entry.at);
    if (entry.type === 'run_end') marks.endedAt = now();
    if (entry.type === 'step_start' && act.cancel !== undefined && entry.stepIndex === act.cancel.step) {
      cancelling = cancel(act.cancel, id, { scene, marks }, deps);
      // Awaited below. Until then, or if the stream fails first, its failure must not end the process.
      cancelling.catch(() => {});
    }
  };

  try {
    for await (const entry of client.watch(id, { signal })) {
      take(entry);
      scene.show(entry);
    }
    await cancelling;
  } finally {
    scene.close();
  }
  return { runId: id, outcome: scene.outcome, events, marks: isComplete(marks) ? marks : undefined };
}

async function cancel(
  { afterMs, reason }: NonNullable<Act['cancel']>,
  id: string,
  { scene, marks }: { scene: Pick<Scene, 'note'>; marks: Partial<CancelMarks> },
  { client, signal, now }: PlayDeps,
): Promise<void> {
  await delay(afterMs, undefined, { signal });
  scene.note('→', `POST /v1/runs/…${shortId(id)}/cancel`, `"${reason}"`);
  marks.requestedAt = now();
  const reply = await client.cancel(id, { reason, signal });
  marks.repliedAt = now();
  scene.note('←', '200', JSON.stringify({ ...reply, id: `…${shortId(id)}` }));
}

const isComplete = (marks: Partial<CancelMarks>): marks is CancelMarks =>
  marks.requestedAt !== undefined &&
  marks.abortedAt !== undefined &&
  marks.repliedAt !== undefined &&
  marks.endedAt !== undefined;
