import type { ComponentChildren } from 'preact';
import { Logo } from './icon.tsx';

export interface EmptyProps {
  title: string;
  lead?: string;
  /** What can be done about it. */
  children?: ComponentChildren;
}

/** A view, or a part of one, that has nothing to show, and says why. */
export function Empty({ title, lead, children }: EmptyProps) {
  return (
    <div class="empty">
      <Logo size={40} />
      <p class="empty-title">{title}</p>
      {lead !== undefined && <p class="empty-lead">{lead}</p>}
      {children}
    </div>
  );
}

/** Grey bars in the place of what is being read. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, n) => (
        <span key={n} />
      ))}
    </div>
  );
}
