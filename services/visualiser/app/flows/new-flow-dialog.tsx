import { ApiError } from '#shared/api/client/index.ts';
import { FormDialog } from '../kit/form-dialog.tsx';
import { go } from '../session/location.ts';
import { problemText } from '../session/problem-text.ts';
import { useSending } from '../session/sending.ts';
import { keepDraft, NEW_DRAFT } from './drafts.ts';
import { FlowNameField } from './flow-name-field.tsx';
import { type FlowPlace, readNamedFlow } from './flows.ts';
import { flowWords } from './words.ts';

class NameTaken extends Error {}

/** Asks for the name of a new flow, which is then written on its own page. */
export function NewFlowDialog({ project, onClose }: { project: string; onClose(): void }) {
  const { form: words } = flowWords.value;
  const { busy, problem, send } = useSending((error) =>
    error instanceof NameTaken ? error.message : problemText(error),
  );

  async function begin(place: FlowPlace): Promise<void> {
    if (await isThere(place)) throw new NameTaken(words.taken);
    keepDraft(place, NEW_DRAFT);
    go({ view: 'flow', project, name: place.name });
  }
  return (
    <FormDialog
      title={words.title}
      {...{ words, busy, problem, onClose }}
      onSubmit={(form) =>
        void send(() => begin({ id: project, name: String(new FormData(form).get('flow-name')) }))
      }
    >
      <FlowNameField label={words.name} />
    </FormDialog>
  );
}

/** @throws ApiError, GatewayError */
async function isThere(place: FlowPlace): Promise<boolean> {
  try {
    await readNamedFlow(place);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
