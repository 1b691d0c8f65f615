import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '#shared/api/client/index.ts';
import { objectUrlOf } from './artifacts.ts';
import { type FetchProblem, fetchProblemOf } from './fetch-problem.ts';

export interface FetchedObject {
  /** The newest that was fetched: of the path before while that of this one is fetched. */
  object: { path: string; url: string } | undefined;
  problem: FetchProblem | undefined;
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
          const found = fetchProblemOf(error);
          setProblem(found);
          const againS = (error instanceof ApiError ? error.retryAfterS : undefined) ?? AGAIN_S;
          if (found === 'pending') timer = setTimeout(fetchIt, 1_000 * againS);
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
