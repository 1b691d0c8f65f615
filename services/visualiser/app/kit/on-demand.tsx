import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadPartTexts, text } from '../text/text.ts';

/** A part whose script and texts are loaded when it is first shown. */
export function onDemand<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  const failed = signal(false);

  async function fetchOnce(): Promise<void> {
    failed.value = false;
    try {
      const [part] = await Promise.all([loaded.value ?? load(), loadPartTexts()]);
      loaded.value = part;
    } catch {
      failed.value = true; // the gateway is away, or has another version of this page by now
    }
  }
  return function OnDemand(props: Props) {
    useEffect(() => void fetchOnce(), []);
    const Part = loaded.value;
    if (Part) return <Part {...props} />;
    return failed.value ? (
      <span class="problem" role="alert">
        {text.value.app.notLoaded}
      </span>
    ) : null;
  };
}
