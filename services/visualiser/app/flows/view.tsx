import { ProjectPage } from '../session/project-page.tsx';
import { FlowList } from './flow-list.tsx';
import { flowWords } from './words.ts';

/** The named flows of a project: that of the address, or else the user's first. */
export function FlowsView({ project }: { project: string | undefined }) {
  return (
    <ProjectPage view="flows" project={project} words={flowWords.value}>
      {(id) => <FlowList key={id} project={id} />}
    </ProjectPage>
  );
}
