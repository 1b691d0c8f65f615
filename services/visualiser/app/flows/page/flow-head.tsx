import { useState } from 'preact/hooks';
import { Icon } from '../../kit/icon.tsx';
import { ConfirmDialog } from '../../session/confirm-dialog.tsx';
import { mayWrite } from '../../session/may-write.ts';
import { ProjectTag } from '../../session/project.tsx';
import { hashOf } from '../../session/route.ts';
import { momentText } from '../../text/moment.ts';
import { type FlowPlace, removeFlow, type StoredFlow } from '../flows.ts';
import { flowWords } from '../words.ts';

interface FlowHeadProps {
  place: FlowPlace;
  /** Undefined of one that is not saved yet. */
  found: StoredFlow | undefined;
  onRun: (() => void) | undefined;
  onDeleted(): void;
}

/** Which flow it is, and what can be done with it. */
export function FlowHead({ place, found, onRun, onDeleted }: FlowHeadProps) {
  const { page: words, remove } = flowWords.value;
  const [isDeleting, setDeleting] = useState(false);
  const isOwn = mayWrite(place.id);
  return (
    <header class="flow-head">
      <p class="flow-path">
        <a href={hashOf({ view: 'flows', project: place.id })}>{words.toAll}</a>
        <ProjectTag id={place.id} />
      </p>
      <div class="flow-title">
        <h1 id="flow-name">{place.name}</h1>
        <span class="tag">{found ? words.versionOf(found.version) : words.isNew}</span>
      </div>
      {found && isOwn && (
        <div class="flow-ways">
          <button type="button" class="button quiet" onClick={() => setDeleting(true)}>
            {words.remove}
          </button>
          <button type="button" class="button primary" onClick={onRun}>
            <Icon name="play" />
            {words.run}
          </button>
        </div>
      )}
      {found && (
        <p class="soft flow-about">
          {found.description !== '' && <bdi class="flow-description">{found.description}</bdi>}
          <span>{words.changedBy(momentText(found.updatedAt), found.by)}</span>
        </p>
      )}
      {isDeleting && (
        <ConfirmDialog
          words={remove}
          work={async () => {
            await removeFlow(place);
            onDeleted();
          }}
          onClose={() => setDeleting(false)}
        />
      )}
    </header>
  );
}
