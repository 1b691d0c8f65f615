import { Folded } from '../kit/item-card.tsx';
import { FormProblem } from '../kit/problem.tsx';
import { mayWrite } from '../session/may-write.ts';
import { problemText } from '../session/problem-text.ts';
import { useSending } from '../session/sending.ts';
import { FlowTable, useFlows } from './flow-list.tsx';
import { bringBackFlow } from './flows.ts';
import { flowWords } from './words.ts';

interface DeletedFlowsProps {
  project: string;
  onRestored(): void;
}

/** Flows that were deleted: they keep their versions, and can be restored. Read once they are wanted. */
export function DeletedFlows({ project, onRestored }: DeletedFlowsProps) {
  return (
    <Folded class="deleted-flows" title={flowWords.value.deleted}>
      {() => <DeletedList project={project} onRestored={onRestored} />}
    </Folded>
  );
}

function DeletedList({ project, onRestored }: DeletedFlowsProps) {
  const words = flowWords.value;
  const { found, lookAgain } = useFlows(project, true);
  const { problem, send } = useSending(problemText);
  if (!found) return null;
  const restore = (name: string) =>
    send(async () => {
      await bringBackFlow({ id: project, name });
      lookAgain();
      onRestored();
    });
  return (
    <>
      <FormProblem text={problem} />
      {found.length === 0 ? (
        <p class="soft">{words.noneDeleted}</p>
      ) : (
        <FlowTable
          project={project}
          flows={found}
          label={words.deleted}
          renderWays={({ name }) =>
            mayWrite(project) && (
              <button type="button" class="button compact" onClick={() => void restore(name)}>
                {words.restore} <span class="sr">{name}</span>
              </button>
            )
          }
        />
      )}
    </>
  );
}
