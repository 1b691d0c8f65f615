import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { type FieldIssues, fieldIssuesOf } from '../session/field-sending.ts';
import { type AskedPattern, type PreviewTime, readPreview } from './schedules.ts';

/** Typing goes on until then. */
const TYPED_MS = 400;

interface Preview {
  /** Undefined until there is something to ask for. */
  times: readonly PreviewTime[] | undefined;
  /** What is wrong with the pattern or its time zone. */
  issues: FieldIssues;
}

const NONE: Preview = { times: undefined, issues: {} };

/** When a pattern is due, a moment after it was typed. What was found before stays until then. */
export function usePreview({ cron, timezone, dst }: AskedPattern): Preview {
  const [preview, setPreview] = useState(NONE);
  useEffect(() => {
    if (cron.trim() === '' || timezone?.trim() === '') return setPreview(NONE);
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const found = await find({ cron, timezone, dst }, leaving.signal);
      if (!leaving.signal.aborted) setPreview(found);
    }, TYPED_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [cron, timezone, dst]);
  return preview;
}

async function find(pattern: AskedPattern, signal: AbortSignal): Promise<Preview> {
  try {
    return { times: await readPreview(pattern, signal), issues: {} };
  } catch (error) {
    // Without an answer, the form can still be sent, and says what is wrong then.
    return error instanceof ApiError ? { ...NONE, issues: fieldIssuesOf(error, ['cron', 'timezone']) } : NONE;
  }
}
