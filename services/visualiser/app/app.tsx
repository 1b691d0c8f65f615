import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { FlowsPage, NamedFlowPage } from './flows/on-demand.ts';
import {
  BatchesPage,
  BatchPage,
  ProfilesPage,
  SchedulesPage,
  VaultPage,
  WebhooksPage,
} from './frame/on-demand.ts';
import { Shell } from './frame/shell.tsx';
import { Empty } from './kit/empty.tsx';
import { onDemand } from './kit/on-demand.tsx';
import { releaseObjects } from './run/pictures/artifacts.ts';
import { RunView } from './run/view.tsx';
import { forgetInvitations } from './runs/invitations/invitations.ts';
import { RunsView } from './runs/view.tsx';
import { forgetKept } from './session/kept.ts';
import { route } from './session/location.ts';
import { forgetProjects } from './session/projects.ts';
import { hashOf, type Route } from './session/route.ts';
import { looking, session } from './session/session.ts';
import { SignInView } from './sign-in/view.tsx';
import { fetchSystemSoon, SystemPage } from './system/on-demand.ts';
import { text } from './text/text.ts';

const NewRunView = onDemand(async () => (await import('./new-run/view.tsx')).NewRunView);
const CompareView = onDemand(async () => (await import('./run/compare/view.tsx')).CompareView);
const LinkedAnswerView = onDemand(async () => (await import('./linked/view.tsx')).LinkedAnswerView);
const WallPage = onDemand(async () => (await import('./wall/view.tsx')).WallView);

export function App() {
  const userId = session.value?.userId;
  useEffect(() => {
    if (userId === undefined) return;
    const leave = fetchSystemSoon();
    return () => {
      leave();
      // What one user saw is not kept for the next.
      releaseObjects();
      forgetProjects();
      forgetInvitations();
      forgetKept();
    };
  }, [userId]);
  const at = route.value;
  if (at.view === 'answer') return <LinkedAnswerView key={at.token} token={at.token} />;
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
  const key = keyOf(current);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) document.getElementById('main')?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [key]);
  return <Guard key={key}>{viewOf(current)}</Guard>;
}

/** What is another page to its user. */
function keyOf(current: Route): string {
  if (current.view === 'run') return `run ${current.id}`;
  if (current.view === 'compare') return `compare ${current.id}`;
  return current.view === 'flow' || current.view === 'batch' ? hashOf(current) : current.view;
}

function viewOf(current: Route) {
  switch (current.view) {
    case 'runs':
      return <RunsView filter={current.filter} />;
    case 'new':
      return <NewRunView />;
    case 'system':
      return <SystemPage />;
    case 'wall':
      return <WallPage />;
    case 'webhooks':
      return <WebhooksPage project={current.project} />;
    case 'vault':
      return <VaultPage project={current.project} />;
    case 'profiles':
      return <ProfilesPage project={current.project} />;
    case 'schedules':
      return <SchedulesPage project={current.project} />;
    case 'batches':
      return <BatchesPage project={current.project} />;
    case 'batch':
      return <BatchPage project={current.project} id={current.id} />;
    case 'flows':
      return <FlowsPage project={current.project} />;
    case 'flow':
      return <NamedFlowPage project={current.project} name={current.name} />;
    case 'run':
      return <RunView id={current.id} seq={current.seq} />;
    case 'compare':
      return <CompareView id={current.id} other={current.other} />;
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

/** An error boundary: shows a message if its content cannot be rendered; the rest of the page goes on. */
function Guard({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary((thrown: unknown) => reportError(thrown));
  const { app } = text.value;
  if (error === undefined) return <>{children}</>;
  return (
    <Empty title={app.broken} lead={app.brokenLead}>
      <button type="button" class="button" onClick={() => location.reload()}>
        {app.retry}
      </button>
    </Empty>
  );
}
