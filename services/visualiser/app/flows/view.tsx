import { ProjectPage, useProjects } from '../session/project-page.tsx';
import { FlowList } from './flow-list.tsx';
import { FlowPage } from './page/flow-page.tsx';
import { flowWords } from './words.ts';

interface FlowsViewProps {
  /** The one that the address names; without one, the user's first. */
  project: string | undefined;
  name?: string | undefined;
}

/** The named flows of a project, or one of them. */
export function FlowsView({ project, name }: FlowsViewProps) {
  if (project !== undefined && name !== undefined) return <OneFlow project={project} name={name} />;
  return (
    <ProjectPage view="flows" project={project} words={flowWords.value}>
      {(id) => <FlowList key={id} project={id} />}
    </ProjectPage>
  );
}

function OneFlow({ project, name }: { project: string; name: string }) {
  useProjects();
  return <FlowPage project={project} name={name} />;
}
