import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface ItemCardProps {
  /** Names it among its kind, for tests. */
  class: string;
  name: string;
  /** What stands beside the name. */
  beside: ComponentChildren;
  children: ComponentChildren;
}

/** One of what a page lists: its name, how it stands, what is known of it, and what can be done with it. */
export function ItemCard({ class: own, name, beside, children }: ItemCardProps) {
  return (
    <li class={`card item-card ${own}`}>
      <header>
        <h2>
          <code>{name}</code>
        </h2>
        {beside}
      </header>
      {children}
    </li>
  );
}

interface CardWaysProps {
  /** What went wrong with the last one. */
  problem?: string;
  children: ComponentChildren;
}

/** What can be done with it, in a row. */
export function CardWays({ problem = '', children }: CardWaysProps) {
  return (
    <div class="card-ways">
      {children}
      {problem !== '' && (
        <span class="is-error" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}

interface CardWayProps {
  text: string;
  /** The whole of what it does and to what, for who listens. */
  label?: string;
  tone?: 'danger';
  disabled?: boolean;
  onClick(): void;
}

export function CardWay({ text, label, tone, disabled = false, onClick }: CardWayProps) {
  return (
    <button
      type="button"
      class={tone ? `button compact ${tone}` : 'button compact'}
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
    >
      {text}
    </button>
  );
}

interface FoldedProps {
  class?: string;
  title: string;
  /** Called, and so read, once it is opened. */
  children(): ComponentChildren;
}

/** What is shown of it once that is wanted. */
export function Folded({ class: own = '', title, children }: FoldedProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class={`folded ${own}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="right" size={13} />
        {title}
      </summary>
      {isOpen && children()}
    </details>
  );
}
