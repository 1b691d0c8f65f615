import { text } from '../text/text.ts';
import { go } from './location.ts';
import { projects } from './projects.ts';
import type { ProjectView } from './route.ts';

/** Which of the user's projects a view is of. */
export function ProjectChoice({ view, chosen }: { view: ProjectView; chosen: string }) {
  const { runs } = text.value;
  const all = projects.value;
  return (
    <label class="select">
      <span class="sr">{runs.project}</span>
      <select value={chosen} onChange={(event) => go({ view, project: event.currentTarget.value })}>
        {!all.some(({ id }) => id === chosen) && <option value={chosen}>{chosen.slice(0, 8)}</option>}
        {all.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
