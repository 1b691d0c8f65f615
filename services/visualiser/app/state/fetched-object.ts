import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '#shared/client/index.ts';
import { objectUrlOf } from './artifacts.ts';

export interface FetchedObject {
  /** The newest that was fetched: of the path before while that of this one is fetched. */
  object: { path: string; url: string } | undefined;
  /** `pending`: the run has it, but it is not in the store yet; it is asked for again. */
  problem: 'pending' | 'failed' | undefined;
}

const AGAIN_S = 5;

/** The address of an artifact for an <img> or a <video>, `path` as events tell it. */
export function useFetchedObject(path: string): FetchedObject {
  const [object, setObject] = useState<FetchedObject['object']>(undefined);
  const [problem, setProblem] = useState<FetchedObject['problem']>(undefined);
  useEffect(() => {
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetchIt = () =>
      objectUrlOf(path).then(
        (url) => {
          if (!isWanted) return;
          setProblem(undefined);
          setObject({ path, url });
        },
        (error: unknown) => {
          if (!isWanted) return;
          const isPending = error instanceof ApiError && error.code === 'artifact_pending';
          setProblem(isPending ? 'pending' : 'failed');
          if (isPending) timer = setTimeout(fetchIt, 1_000 * (error.retryAfterS ?? AGAIN_S));
        },
      );
    setProblem(undefined);
    void fetchIt();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [path]);
  return { object, problem };
}
