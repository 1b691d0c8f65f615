import { useEffect, useRef } from 'preact/hooks';
import type { Route } from './model/route.ts';
import { Empty } from './parts/empty.tsx';
import { Guard } from './parts/guard.tsx';
import { Shell } from './parts/shell.tsx';
import { releaseObjects } from './state/artifacts.ts';
import { forgetInvitations } from './state/invitations.ts';
import { forgetProjects } from './state/projects.ts';
import { route } from './state/route.ts';
import { looking, session } from './state/session.ts';
import { text } from './text/text.ts';
import { NewRunView } from './views/new-run.tsx';
import { RunView } from './views/run.tsx';
import { RunsView } from './views/runs.tsx';
import { SignInView } from './views/sign-in.tsx';
import { SystemView } from './views/system.tsx';
import { WebhooksView } from './views/webhooks.tsx';

export function App() {
  const userId = session.value?.userId;
  useEffect(() => {
    if (userId === undefined) return;
    return () => {
      // What one user saw is not kept for the next.
      releaseObjects();
      forgetProjects();
      forgetInvitations();
    };
  }, [userId]);
  if (userId === undefined) return looking.value ? null : <SignInView />;
  return (
    <Shell key={userId}>
      <View />
    </Shell>
  );
}

/** Each view announces itself by its title and takes the focus, as a page that is loaded does. */
function View() {
  const current = route.value;
  const key = current.view === 'run' ? `run ${current.id}` : current.view;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) document.getElementById('main')?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [key]);
  return <Guard key={key}>{viewOf(current)}</Guard>;
}

function viewOf(current: Route) {
  switch (current.view) {
    case 'runs':
      return <RunsView filter={current.filter} />;
    case 'new':
      return <NewRunView />;
    case 'system':
      return <SystemView />;
    case 'webhooks':
      return <WebhooksView project={current.project} />;
    case 'run':
      return <RunView id={current.id} seq={current.seq} />;
    default:
      return (
        <Empty title={text.value.app.unknownPage}>
          <a class="button" href="#/runs">
            {text.value.app.toRuns}
          </a>
        </Empty>
      );
  }
}
