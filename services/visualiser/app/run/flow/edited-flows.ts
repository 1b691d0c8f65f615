/* The flow of a run that is looked at to be run again. Owns what was typed into it, until it is started or undone. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, type ShownFlow, secretsAskedFor } from '#shared/api/client/index.ts';
import { go, route } from '../../session/location.ts';
import type { Route } from '../../session/route.ts';
import { client, endsSession, session } from '../../session/session.ts';

interface Edits {
  by: string | undefined;
  /** The texts by the ids of the runs. */
  texts: ReadonlyMap<string, string>;
}
const edits = signal<Edits>({ by: undefined, texts: new Map() });

/** What the user typed and has not started yet. */
export const editedFlow = (id: string): string | undefined =>
  edits.value.by === session.value?.email ? edits.value.texts.get(id) : undefined;

/** Without a text there is nothing to keep. */
export function keepEdited(id: string, text: string | undefined): void {
  const { by, texts } = edits.peek();
  const own = session.peek()?.email;
  const others = [...(by === own ? texts : [])].filter(([known]) => known !== id);
  edits.value = { by: own, texts: new Map(text === undefined ? others : [...others, [id, text]]) };
}

/** The flow of a run, secrets hidden; or that it could not be read. */
export function useShownFlow(id: string): ShownFlow | 'failed' | undefined {
  const [shown, setShown] = useState<ShownFlow | 'failed' | undefined>(undefined);
  const api = client.value;
  useEffect(() => {
    const leaving = new AbortController();
    const { signal: left } = leaving;
    api.flow(id, { signal: left }).then(setShown, (error: unknown) => {
      if (!left.aborted && !endsSession(error)) setShown('failed');
    });
    return () => leaving.abort();
  }, [api, id]);
  return shown;
}

export interface Rerun {
  busy: boolean;
  /** Why it was not started: of an error that is none of the gateway's, only that. */
  refused: ApiError | 'failed' | undefined;
  /** Goes to the new run, unless the user has gone elsewhere. `typed`: what was edited into these changes. */
  start(changes: Record<string, unknown>, typed?: string): Promise<void>;
  /** What was refused is no longer what would be sent. */
  forget(): void;
}

export function useRerun(id: string): Rerun {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Rerun['refused']>(undefined);

  async function start(changes: Record<string, unknown>, typed?: string): Promise<void> {
    const from = route.peek();
    setBusy(true);
    setRefused(undefined);
    try {
      const started = await client.value.rerun(id, changes);
      // What was typed since is not in the new run.
      if (typed !== undefined && typed === editedFlow(id)) keepEdited(id, undefined);
      if (isSameRun(route.peek(), from)) go({ view: 'run', id: started.id });
    } catch (error) {
      if (!endsSession(error)) setRefused(error instanceof ApiError ? error : 'failed');
    }
    setBusy(false);
  }
  return { busy, refused, start, forget: () => setRefused(undefined) };
}

/** Another moment of a run is the same run. */
const isSameRun = (one: Route, other: Route): boolean =>
  one.view === 'run' && other.view === 'run' && one.id === other.id;

/** It was refused only since another user's secrets are to be given. */
export const asksForSecrets = ({ refused }: Rerun): boolean =>
  refused instanceof ApiError && secretsAskedFor(refused.body).length > 0;
