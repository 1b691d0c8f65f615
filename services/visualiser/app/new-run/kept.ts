/** The state of a view, restored when its user returns; another user starts afresh. */
export interface Kept<T> {
  read(): T;
  keep(value: T): void;
}

export function keptForUser<T>(user: () => string | undefined, fresh: T): Kept<T> {
  let left: { by: string | undefined; value: T } | undefined;
  return {
    read: () => (left && left.by === user() ? left.value : fresh),
    keep(value) {
      left = { by: user(), value };
    },
  };
}
