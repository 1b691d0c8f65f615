import { Icon } from '../../kit/icon.tsx';
import { flowWords } from '../words.ts';
import type { Saving } from './use-saving.ts';

interface SaveFootProps {
  isEdited: boolean;
  /** What another user saved meanwhile has to be decided on first. */
  isBlocked: boolean;
  /** Its text is another one, and not only its description. */
  isNewText: boolean;
  saving: Saving;
  /** What it would become. */
  version: number;
  onUndo(): void;
}

/** Saves what was edited, or undoes it; then says what became of it. */
export function SaveFoot({ isEdited, isBlocked, isNewText, saving, version, onUndo }: SaveFootProps) {
  const { page: words } = flowWords.value;
  const { busy, done } = saving;
  return (
    <div class="flow-foot">
      <span class="flow-edited" role="status">
        {isEdited && words.unsaved}
        {!isEdited && done !== undefined && (
          <span class="fine">
            <Icon name="check" />
            {done}
          </span>
        )}
      </span>
      {isEdited && (
        <button type="button" class="button quiet" disabled={busy} onClick={onUndo}>
          {words.undo}
        </button>
      )}
      <button type="submit" class="button primary" disabled={busy || !isEdited || isBlocked}>
        <Icon name="bookmark" />
        {busy ? words.saving : isNewText && !isBlocked ? words.saveNew(version) : words.save}
      </button>
    </div>
  );
}
