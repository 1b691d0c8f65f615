import { shortId } from '#shared/domain/run/short-id.ts';
import { hashOf } from './route.ts';

/** The id of a run as people write it, which leads to the run. */
export function RunLink({ id }: { id: string }) {
  return (
    <a class="run-id" href={hashOf({ view: 'run', id })} title={id}>
      {shortId(id)}
    </a>
  );
}
