/**
 * Calls that are open, by numbers that rise: those of this side, or of the other.
 *
 * A Map would do, if it did not make one call in two live too long: V8's maps are rebuilt every few hundred changes, each old one
 * points to the next, and once one of them has survived two collections, all that follow and everything in them outlive the quick
 * collections, too. With 100 calls in flight that took half of the time.
 */

const slotsAtFirst = 128;
const mostSlots = 65536;

export class OpenCalls<T extends { readonly id: number }> {
  /** A call stands at its number modulo the length, a power of two; those that stood in the way of a later one are among the old. */
  #slots: (T | undefined)[] = slotsOf(slotsAtFirst);
  readonly #old = new Map<number, T>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): T | undefined {
    const call = this.#slots[id & (this.#slots.length - 1)];
    if (call?.id === id) return call;
    return this.#old.size === 0 ? undefined : this.#old.get(id);
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** Adds a call; one of the same number is replaced. */
  add(call: T): void {
    if (this.has(call.id)) this.delete(call.id);
    this.#size++;
    if (this.#size > this.#slots.length / 2 && this.#slots.length < mostSlots) this.#grow();
    this.#put(call);
  }

  /** Whether it was there. */
  delete(id: number): boolean {
    const at = id & (this.#slots.length - 1);
    if (this.#slots[at]?.id === id) this.#slots[at] = undefined;
    else if (this.#old.size === 0 || !this.#old.delete(id)) return false;
    this.#size--;
    return true;
  }

  clear(): void {
    this.#slots = slotsOf(slotsAtFirst);
    this.#old.clear();
    this.#size = 0;
  }

  /** All of them, by their numbers; may be changed meanwhile. */
  values(): T[] {
    const all = [...this.#old.values()];
    for (const call of this.#slots) if (call !== undefined) all.push(call);
    return all.sort((a, b) => a.id - b.id);
  }

  #put(call: T): void {
    const at = call.id & (this.#slots.length - 1);
    const before = this.#slots[at];
    if (before !== undefined) this.#old.set(before.id, before);
    this.#slots[at] = call;
  }

  #grow(): void {
    const all = this.values();
    this.#slots = slotsOf(2 * this.#slots.length);
    this.#old.clear();
    for (const call of all) this.#put(call);
  }
}

function slotsOf(length: number): undefined[] {
  return Array.from({ length }, () => undefined);
}
