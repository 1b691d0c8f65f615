import { Icon } from '../../kit/icon.tsx';
import { type FlowDraft, keepDraft } from '../drafts.ts';
import type { FlowPlace } from '../flows.ts';
import { flowWords } from '../words.ts';
import { DifferenceOf } from './difference-of.tsx';
import type { KnownFlow } from './use-named-flow.ts';

interface MeanwhileProps {
  place: FlowPlace;
  known: KnownFlow;
  draft: FlowDraft;
}

/** Whether a draft began with another version than the newest: it cannot be saved until that is decided. */
export function isBehind({ found, trouble }: KnownFlow, { base }: FlowDraft): boolean {
  return found ? found.version !== base : trouble === 'missing' && base > 0;
}

/** What another user has saved since a draft began, and what becomes of the draft. It stays until that is decided. */
export function Meanwhile({ place, known, draft }: MeanwhileProps) {
  const { meanwhile: words } = flowWords.value;
  if (!isBehind(known, draft)) return null;
  const { base } = draft;
  const { found } = known;
  const version = found?.version ?? 0;
  const said = !found ? words.gone : base === 0 ? words.exists : words.newer(version, found.by);
  return (
    <section class="meanwhile" aria-label={said}>
      <p class="note is-warning" role="alert">
        <Icon name="warning" />
        {said}
      </p>
      {found && base > 0 && (
        <details open>
          <summary>{words.what(base, version)}</summary>
          <DifferenceOf place={place} from={base} to={version} />
        </details>
      )}
      <p class="meanwhile-ways">
        <button type="button" class="button" onClick={() => keepDraft(place, { ...draft, base: version })}>
          {words.mine}
        </button>
        {found && (
          <button type="button" class="button" onClick={() => keepDraft(place, undefined)}>
            {words.theirs}
          </button>
        )}
        <span class="hint">{words.mineHint}</span>
      </p>
    </section>
  );
}
