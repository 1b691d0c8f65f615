import { projectColor, projectLabel } from './projects.ts';

/** A project's label beside its colour; one that is too long for its place is cut. */
export function ProjectTag({ id }: { id: string }) {
  const label = projectLabel(id);
  return (
    <span class="project" title={label}>
      <span class="project-dot" style={{ backgroundColor: projectColor(id) }} />
      <span class="project-label">{label}</span>
    </span>
  );
}
