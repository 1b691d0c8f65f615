import { ConfirmDialog } from '../../session/confirm-dialog.tsx';
import { leavingFor, useHeld } from '../../session/leaving.ts';
import { go, route } from '../../session/location.ts';
import { draftOf, keepDraft } from '../drafts.ts';
import type { FlowPlace } from '../flows.ts';
import { flowWords } from '../words.ts';

/** Asks before a flow is left that is not saved. */
export function LeaveDialog({ place, isEdited }: { place: FlowPlace; isEdited: boolean }) {
  const { id, name } = place;
  useHeld(
    isEdited,
    (next) =>
      draftOf(place) !== undefined && (next.view !== 'flow' || next.project !== id || next.name !== name),
  );
  const next = leavingFor.value;
  if (next === undefined) return null;
  return (
    <ConfirmDialog
      words={flowWords.value.leave}
      work={async () => {
        keepDraft(place, undefined);
        route.value = next;
      }}
      onClose={() => {
        // The address is there already. A dialog that is gone says late that it was closed.
        if (leavingFor.peek() === next) go({ view: 'flow', project: id, name });
      }}
    />
  );
}
