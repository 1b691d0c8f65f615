/* Functions that run in the page: what it says of its own storage, so that what is large is not asked for. */

/** What is used of the page's own types; this process has none of them. */
interface Items {
  readonly length: number;
  key(n: number): string | null;
  getItem(name: string): string | null;
}
interface Request<Result> {
  readonly result: Result;
  readonly error: unknown;
  onsuccess: () => void;
  onerror: () => void;
}
interface Store {
  openCursor(): Request<{ key: unknown; value: unknown; continue(): void } | null>;
}
interface Database {
  readonly objectStoreNames: Iterable<string>;
  transaction(names: string[]): { objectStore(name: string): Store };
  close(): void;
}
declare const sessionStorage: Items;
declare const localStorage: Items;
declare const indexedDB: {
  databases(): Promise<{ name?: string }[]>;
  open(name: string): Request<Database>;
};

export interface OwnItems {
  /** Undefined if that is too large. */
  session: Record<string, string> | undefined;
  local: Record<string, string> | undefined;
}

/** Throws where a page has no storage at all. */
export function readItems(most: number): OwnItems {
  const itemsOf = (storage: Items): Record<string, string> | undefined => {
    const items: [string, string][] = [];
    let size = 0;
    for (let n = 0; n < storage.length && size <= most; n += 1) {
      const name = storage.key(n) ?? '';
      const value = storage.getItem(name) ?? '';
      size += name.length + value.length;
      items.push([name, value]);
    }
    return size > most ? undefined : Object.fromEntries(items);
  };
  return { session: itemsOf(sessionStorage), local: itemsOf(localStorage) };
}

/** The rough size of its databases, counted a little above `most` and no further. Rejects if one does not open. */
export async function sizeOfDatabases(most: number): Promise<number> {
  let size = 0;
  const count = (value: unknown) => {
    JSON.stringify(value, (_, inner: { byteLength?: number } | string | null) => {
      const bytes = typeof inner === 'string' ? inner.length : inner?.byteLength;
      size += bytes ?? 8;
      return typeof inner === 'string' || bytes === undefined ? inner : 0;
    });
  };
  const countStore = (store: Store): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = store.openCursor();
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor === null || size > most) return resolve();
        try {
          count([cursor.key, cursor.value]);
        } catch {
          size += 8; // a circle, or a big number: how large it is shows when it is read
        }
        cursor.continue();
      };
    });
  const open = (name: string): Promise<Database> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await open(name);
    const names = [...database.objectStoreNames];
    const stores = names.length > 0 ? names.map((one) => database.transaction(names).objectStore(one)) : [];
    await Promise.all(stores.map(countStore)).finally(() => database.close());
  }
  return size;
}
