import { hashOf } from '../model/route.ts';
import { NO_FILTER } from '../model/runs-filter.ts';
import { text } from '../text/text.ts';

/** The labels of a run; each leads to the runs that have it. */
export function Labels({ of }: { of: readonly string[] }) {
  const { runs } = text.value;
  return (
    <span class="tags">
      {of.map((label) => (
        <a
          key={label}
          class="tag"
          title={runs.withLabel(label)}
          href={hashOf({ view: 'runs', filter: { ...NO_FILTER, label } })}
        >
          <bdi>{label}</bdi>
        </a>
      ))}
    </span>
  );
}
