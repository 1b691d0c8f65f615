import type { ComponentChildren } from 'preact';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { useTitle } from '../kit/title.ts';
import { usePolling } from './polling.ts';
import { ProjectChoice } from './project-choice.tsx';
import { projects, projectsRead, readProjects } from './projects.ts';
import type { ProjectView } from './route.ts';

const PROJECTS_MS = 60_000;

interface ProjectPageProps {
  view: ProjectView;
  /** The one that the address names; without one, the user's first. */
  project: string | undefined;
  words: { title: string; noProject: string };
  children: (project: string) => ComponentChildren;
}

/** Reads which projects the user has, as long as the page is there. */
export const useProjects = (): void => usePolling(readProjects, { everyMs: PROJECTS_MS, key: '' });

/** A page of one project at a time, which can be chosen. */
export function ProjectPage({ view, project: named, words, children }: ProjectPageProps) {
  useTitle(words.title);
  useProjects();
  const project = named ?? projects.value[0]?.id;
  return (
    <section class={`${view} page`} aria-labelledby={`${view}-title`}>
      <header class="page-head">
        <h1 id={`${view}-title`}>{words.title}</h1>
        {project !== undefined && <ProjectChoice view={view} chosen={project} />}
      </header>
      {project !== undefined && children(project)}
      {project === undefined &&
        (projectsRead.value ? <Empty title={words.noProject} /> : <Skeleton lines={4} />)}
    </section>
  );
}
