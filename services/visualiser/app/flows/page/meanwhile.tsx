import { Icon } from '../../kit/icon.tsx';
import { type FlowDraft, isDescribed, keepDraft } from '../drafts.ts';
import type { FlowPlace, StoredFlow } from '../flows.ts';
import { flowWords } from '../words.ts';
import { DifferenceOf } from './difference-of.tsx';
import type { KnownFlow } from './use-named-flow.ts';

interface MeanwhileProps {
  place: FlowPlace;
  known: KnownFlow;
  draft: FlowDraft;
}

/** Whether a draft began with something else than what is stored: it cannot be saved until that is decided. */
export function isBehind({ found, trouble }: KnownFlow, draft: FlowDraft): boolean {
  if (!found) return trouble === 'missing' && draft.base > 0;
  return found.version !== draft.base || isDescribedTwice(found, draft);
}

/** Whether another user has changed the description, too. */
const isDescribedTwice = ({ description }: StoredFlow, draft: FlowDraft): boolean =>
  isDescribed(draft) && description !== draft.described && description !== draft.description;

/** What another user has saved since a draft began, and what becomes of the draft. It stays until that is decided. */
export function Meanwhile({ place, known, draft }: MeanwhileProps) {
  const { meanwhile: words } = flowWords.value;
  if (!isBehind(known, draft)) return null;
  const { base } = draft;
  const { found } = known;
  const version = found?.version ?? 0;
  const isNewer = version !== base;
  const said = !found
    ? words.gone
    : base === 0
      ? words.exists
      : isNewer
        ? words.newer(version, found.by)
        : words.described;
  return (
    <section class="meanwhile" aria-label={said}>
      <p class="note is-warning" role="alert">
        <Icon name="warning" />
        {said}
      </p>
      {found && isDescribedTwice(found, draft) && (
        <p>
          {words.description} <bdi>{found.description === '' ? '—' : found.description}</bdi>
        </p>
      )}
      {found && base > 0 && isNewer && (
        <details open>
          <summary>{words.what(base, version)}</summary>
          <DifferenceOf place={place} from={base} to={version} />
        </details>
      )}
      <p class="meanwhile-ways">
        <button type="button" class="button" onClick={() => keepDraft(place, goneOn(draft, found))}>
          {words.mine}
        </button>
        {found && (
          <button type="button" class="button" onClick={() => keepDraft(place, undefined)}>
            {words.theirs}
          </button>
        )}
        {isNewer && <span class="hint">{words.mineHint}</span>}
      </p>
    </section>
  );
}

/** The draft as one that began with what is stored. */
const goneOn = (draft: FlowDraft, found: StoredFlow | undefined): FlowDraft => ({
  ...draft,
  base: found?.version ?? 0,
  described: found?.description ?? draft.described,
});
