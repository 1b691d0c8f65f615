import { CopyButton } from '../kit/copy-button.tsx';
import { CardWay, CardWays, Folded, ItemCard } from '../kit/item-card.tsx';
import { RunLink } from '../session/run-link.tsx';
import { momentText } from '../text/moment.ts';
import { templatesOf } from './secret-form.ts';
import { UseList } from './use-list.tsx';
import type { ListedSecret } from './vault.ts';
import { vaultText } from './vault-text.ts';

interface SecretCardProps {
  secret: ListedSecret;
  project: string;
  /** The user may replace and delete it, and read who used it. */
  isOwn: boolean;
  onReplace(): void;
  onRemove(): void;
}

/** A secret: what is known of it, which is all but its value. */
export function SecretCard({ secret, project, isOwn, ...on }: SecretCardProps) {
  const { kinds, version, replace, remove, uses, actionOn } = vaultText.value;
  const { name, kind, note } = secret;
  const way = (text: string) => ({ text, label: actionOn(text, name) });
  return (
    <ItemCard
      class="secret-card"
      name={name}
      beside={
        <>
          <span class="tag">{kinds[kind]}</span>
          <span class="soft">{version(secret.version)}</span>
        </>
      }
    >
      {note !== '' && <p class="clip">{note}</p>}
      <Places secret={secret} />
      <History secret={secret} />
      {isOwn && (
        <>
          <CardWays>
            <CardWay {...way(replace)} onClick={on.onReplace} />
            <CardWay {...way(remove)} tone="danger" onClick={on.onRemove} />
          </CardWays>
          <Folded class="secret-uses" title={uses}>
            {() => <UseList place={{ id: project, name }} />}
          </Folded>
        </>
      )}
    </ItemCard>
  );
}

/** Where it may be typed, and how a flow names it. */
function Places({ secret: { name, kind, origins } }: { secret: ListedSecret }) {
  const words = vaultText.value;
  return (
    <dl class="card-facts secret-facts">
      <div>
        <dt>{words.origins}</dt>
        {origins.map((origin) => (
          <dd key={origin}>
            <code>{origin}</code>
          </dd>
        ))}
      </div>
      <div>
        <dt>{words.use}</dt>
        {templatesOf(name, kind).map((template) => (
          <dd key={template}>
            <code>{template}</code>
            <CopyButton value={() => template} label={words.copy(template)} />
          </dd>
        ))}
      </div>
    </dl>
  );
}

function History({ secret }: { secret: ListedSecret }) {
  const words = vaultText.value;
  const { updatedAt, updatedBy, lastUsedAt, lastUsedBy, lastUsedRun } = secret;
  return (
    <p class="soft clip">
      {words.stored(momentText(updatedAt), updatedBy)}{' '}
      {lastUsedAt === undefined ? words.neverUsed : words.used(momentText(lastUsedAt), lastUsedBy)}{' '}
      {lastUsedRun !== undefined && <RunLink id={lastUsedRun} />}
    </p>
  );
}
