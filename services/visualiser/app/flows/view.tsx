import { Empty, Skeleton } from '../kit/empty.tsx';
import { useTitle } from '../kit/title.ts';
import { usePolling } from '../session/polling.ts';
import { ProjectChoice } from '../session/project-choice.tsx';
import { projects, projectsRead, readProjects } from '../session/projects.ts';
import { FlowList } from './flow-list.tsx';
import { FlowPage } from './page/flow-page.tsx';
import { flowWords } from './words.ts';

const PROJECTS_MS = 60_000;

interface FlowsViewProps {
  /** The one that the address names; without one, the user's first. */
  project: string | undefined;
  name?: string | undefined;
}

/** The named flows of a project, or one of them. */
export function FlowsView({ project, name }: FlowsViewProps) {
  usePolling(readProjects, { everyMs: PROJECTS_MS, key: '' });
  if (project !== undefined && name !== undefined) return <FlowPage project={project} name={name} />;
  return <ListView project={project ?? projects.value[0]?.id} />;
}

function ListView({ project }: { project: string | undefined }) {
  const words = flowWords.value;
  useTitle(words.title);
  return (
    <section class="flows page" aria-labelledby="flows-title">
      <header class="page-head">
        <h1 id="flows-title">{words.title}</h1>
        {project !== undefined && <ProjectChoice view="flows" chosen={project} />}
      </header>
      {project !== undefined && <FlowList key={project} project={project} />}
      {project === undefined &&
        (projectsRead.value ? <Empty title={words.noProject} /> : <Skeleton lines={4} />)}
    </section>
  );
}
