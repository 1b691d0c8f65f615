import type { Log } from '#shared/platform/log/log.ts';

interface UseNotesOptions {
  note(id: string): Promise<void>;
  /** What is logged if it fails. */
  failed: string;
}

/** Records the last use of a key or a session in the background: it neither delays nor fails the request. */
export function createUseNotes(log: Pick<Log, 'warn'>, { note, failed }: UseNotesOptions) {
  const noting = new Set<string>();
  return (id: string): void => {
    if (noting.has(id)) return;
    noting.add(id);
    void note(id)
      .catch((error: unknown) => log.warn({ err: error, id }, failed))
      .finally(() => noting.delete(id));
  };
}
