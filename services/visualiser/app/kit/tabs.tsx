import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

export interface Tab {
  id: string;
  title: ComponentChildren;
  render(): ComponentChildren;
}

export interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  /** The id of the one that is shown; the first, if there is none. */
  chosen: string;
  onChoose(id: string): void;
}

/** One of several panels at a time; left and right go from tab to tab. */
export function Tabs({ label, tabs, chosen, onChoose }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find(({ id }) => id === chosen) ?? tabs[0]!;
  function onKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length]!;
    onChoose(next.id);
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  }
  return (
    <section class="card tabs" aria-label={label}>
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={onKey}>
        {tabs.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            id={`tab-${id}`}
            role="tab"
            aria-selected={id === current.id}
            aria-controls="tab-panel"
            tabIndex={id === current.id ? 0 : -1}
            onClick={() => onChoose(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div
        class={`tab-panel tab-panel-${current.id}`}
        id="tab-panel"
        role="tabpanel"
        aria-labelledby={`tab-${current.id}`}
      >
        {current.render()}
      </div>
    </section>
  );
}
