import { useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { problemText } from '../../session/problem-text.ts';
import { endsSession } from '../../session/session.ts';
import { readNamedFlow, storeFlow } from '../flows.ts';

/** What a flow was kept as; the same content makes no new version. */
export interface KeptVersion {
  name: string;
  version: number;
  isNew: boolean;
}

interface Refusal {
  problem: string;
  /** What is wrong with the flow, by path. */
  issues: readonly { path: string; message: string }[];
  /** The version of a flow that has this name already: the next attempt stores the version after it. */
  taken: number | undefined;
}
const NONE: Refusal = { problem: '', issues: [], taken: undefined };

/** Keeps a flow under a name; under one that is taken only once that was said. */
export function useKeeping(project: string, onKept: (kept: KeptVersion) => void) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(NONE);

  async function keep(
    name: string,
    { flow, description }: { flow: Readonly<Record<string, unknown>>; description: string },
  ): Promise<void> {
    const place = { id: project, name };
    setBusy(true);
    try {
      const base = refused.taken ?? 0;
      const said = description === '' ? {} : { description };
      const { created, version } = await storeFlow(place, { ...flow }, { ...said, base });
      onKept({ name, version, isNew: created });
    } catch (error) {
      if (!endsSession(error)) setRefused(await refusalOf(place, error));
    }
    setBusy(false);
  }
  return { busy, ...refused, keep, forget: () => setRefused(NONE) };
}

async function refusalOf(place: { id: string; name: string }, error: unknown): Promise<Refusal> {
  if (error instanceof ApiError && error.status === 412) {
    const known = await readNamedFlow(place).catch(() => undefined);
    if (known) return { ...NONE, taken: known.version };
  }
  const issues = (error instanceof ApiError && error.body.details?.issues) || [];
  return { ...NONE, problem: error instanceof ApiError ? error.body.error : problemText(error), issues };
}
