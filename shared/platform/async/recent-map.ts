interface Bounds<Value> {
  /** How many entries there may be, or how much they may weigh; any number if left out. */
  most?: number;
  weigh?(value: Value): number;
  /** How long an entry is kept, ms; for ever if left out. */
  keptMs?: number;
  /** What makes an entry young again: that it is looked up, or only that it is set. */
  since?: 'use' | 'set';
  onForget?(value: Value): void;
  /** Monotonic, ms. */
  now?(): number;
}

/** A map that forgets the oldest entries, where there are too many, and those that are too old. For Node and for browsers. */
export class RecentMap<Key, Value> {
  /** The oldest first. */
  readonly #entries = new Map<Key, { value: Value; weight: number; at: number }>();
  readonly #bounds: Bounds<Value>;
  #weight = 0;

  constructor(bounds: Bounds<Value>) {
    this.#bounds = bounds;
  }

  get(key: Key): Value | undefined {
    this.#expire();
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#bounds.since !== 'set') this.#renew(key, entry);
    return entry?.value;
  }

  set(key: Key, value: Value): void {
    const { most = Number.POSITIVE_INFINITY, weigh = () => 1 } = this.#bounds;
    this.delete(key);
    const weight = weigh(value);
    this.#renew(key, { value, weight, at: 0 });
    this.#weight += weight;
    this.#expire();
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= most) return;
      this.delete(oldest);
    }
  }

  getOrSet(key: Key, make: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.set(key, made);
    return made;
  }

  /** Deletes a key; if `value` is given, only while the key has that one. */
  delete(key: Key, value?: Value): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || (value !== undefined && entry.value !== value)) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    this.#bounds.onForget?.(entry.value);
  }

  keys(): Key[] {
    this.#expire();
    return [...this.#entries.keys()];
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.delete(key);
  }

  #renew(key: Key, entry: { value: Value; weight: number; at: number }): void {
    entry.at = this.#now();
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #expire(): void {
    const { keptMs } = this.#bounds;
    if (keptMs === undefined) return;
    const now = this.#now();
    for (const [key, { at }] of this.#entries) {
      if (now - at < keptMs) return;
      this.delete(key);
    }
  }

  #now(): number {
    return (this.#bounds.now ?? (() => performance.now()))();
  }
}
