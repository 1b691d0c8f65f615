import { useState } from 'preact/hooks';
import { CopyButton } from '../kit/copy-button.tsx';
import { Icon } from '../kit/icon.tsx';
import { RunLink } from '../session/run-link.tsx';
import { momentText } from '../text/moment.ts';
import { templatesOf } from './secret-form.ts';
import { UseList } from './use-list.tsx';
import type { ListedSecret, SecretPlace } from './vault.ts';
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
  const { kinds, version, replace, remove, actionOn } = vaultText.value;
  const { name, kind, note } = secret;
  return (
    <li class="card secret-card">
      <header>
        <h2>
          <code>{name}</code>
        </h2>
        <span class="tag">{kinds[kind]}</span>
        <span class="soft">{version(secret.version)}</span>
      </header>
      {note !== '' && <p class="clip">{note}</p>}
      <Places secret={secret} />
      <History secret={secret} />
      {isOwn && (
        <>
          <div class="secret-ways">
            <button
              type="button"
              class="button compact"
              aria-label={actionOn(replace, name)}
              onClick={on.onReplace}
            >
              {replace}
            </button>
            <button
              type="button"
              class="button compact danger"
              aria-label={actionOn(remove, name)}
              onClick={on.onRemove}
            >
              {remove}
            </button>
          </div>
          <Uses place={{ id: project, name }} />
        </>
      )}
    </li>
  );
}

/** Where it may be typed, and how a flow names it. */
function Places({ secret: { name, kind, origins } }: { secret: ListedSecret }) {
  const words = vaultText.value;
  return (
    <dl class="secret-facts">
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

function Uses({ place }: { place: SecretPlace }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="secret-uses" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" size={13} />
        {vaultText.value.uses}
      </summary>
      {isOpen && <UseList place={place} />}
    </details>
  );
}
