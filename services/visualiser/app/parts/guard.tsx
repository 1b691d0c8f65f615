import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { text } from '../text/text.ts';
import { Empty } from './empty.tsx';

/** An error boundary: shows a message if its content cannot be rendered; the rest of the page goes on. */
export function Guard({ children }: { children: ComponentChildren }) {
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
