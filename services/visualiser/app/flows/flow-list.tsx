import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { mayWrite } from '../session/may-write.ts';
import { isNotForUser, usePolledList } from '../session/polled-list.ts';
import { hashOf } from '../session/route.ts';
import { momentText } from '../text/moment.ts';
import { DeletedFlows } from './deleted-flows.tsx';
import { FLOWS_PAGE, type ListedFlow, readFlows } from './flows.ts';
import { NewFlowDialog } from './new-flow-dialog.tsx';
import { flowWords } from './words.ts';

/** The flows of a project by name, and its deleted ones below. */
export function FlowList({ project }: { project: string }) {
  const words = flowWords.value;
  const { found, hasMore, error, lookAgain, showMore } = useFlows(project, false);
  const [isAdding, setAdding] = useState(false);
  if (isNotForUser(error)) return <Empty title={words.hidden} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  const add = mayWrite(project) && (
    <button type="button" class="button primary" onClick={() => setAdding(true)}>
      <Icon name="plus" />
      {words.add}
    </button>
  );
  return (
    <>
      {found.length === 0 ? (
        <Empty title={words.none} lead={words.noneLead}>
          {add}
        </Empty>
      ) : (
        <>
          <p class="page-lead">
            <span>{words.lead}</span>
            {add}
          </p>
          <FlowTable project={project} flows={found} label={words.title} />
          {hasMore && (
            <button type="button" class="button" onClick={showMore}>
              {words.more}
            </button>
          )}
        </>
      )}
      <DeletedFlows project={project} onRestored={lookAgain} />
      {isAdding && <NewFlowDialog project={project} onClose={() => setAdding(false)} />}
    </>
  );
}

interface FlowTableProps {
  project: string;
  flows: readonly ListedFlow[];
  label: string;
  /** What else can be done with one. */
  renderWays?(flow: ListedFlow): ComponentChildren;
}

export function FlowTable({ project, flows, label, renderWays }: FlowTableProps) {
  const words = flowWords.value;
  return (
    <div class="card flow-table">
      <table aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.version}</th>
            <th scope="col">{words.description}</th>
            <th scope="col">{words.changed}</th>
            {renderWays && (
              <th scope="col">
                <span class="sr">{words.restore}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {flows.map((flow) => (
            <tr key={flow.name}>
              <th scope="row">
                {flow.deletedAt === undefined ? (
                  <a href={hashOf({ view: 'flow', project, name: flow.name })}>{flow.name}</a>
                ) : (
                  flow.name
                )}
              </th>
              <td>{flow.version}</td>
              <td class="clip">
                <bdi>{flow.description}</bdi>
              </td>
              <td class="soft">
                <time dateTime={flow.updatedAt}>{momentText(flow.updatedAt)}</time>{' '}
                {flow.by !== undefined && <bdi class="flow-by">{flow.by}</bdi>}
              </td>
              {renderWays && <td>{renderWays(flow)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const LOOK_MS = 3_000;
const MOST = 10 * FLOWS_PAGE;
const SIZES = { first: FLOWS_PAGE, more: MOST, most: MOST };

export const useFlows = (project: string, deleted: boolean) =>
  usePolledList<ListedFlow>((limit, signal) => readFlows(project, { deleted, limit }, signal), {
    everyMs: LOOK_MS,
    key: `flows ${project} ${deleted}`,
    sizes: SIZES,
  });
