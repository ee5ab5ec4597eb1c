import { Slot } from './msgpack.js';
import { Special } from './special.js';

/** What parts of a packed value stand in. */
export type Container = Map<string, unknown> | Record<string, unknown> | unknown[];

/** Where the copy of an object stands, as long as it was met once. */
export interface Place {
  readonly copy: Container;
  readonly parent: Container | undefined;
  readonly key: string | number;
  slot: Slot | undefined;
}

/** The specials of one packed value, and which objects it has met: whatever is met again is the same part. */
export class PackedParts {
  readonly specials: unknown[] = [];
  readonly #met = new Map<object, Place>();
  readonly #open = new Set<Slot>();

  /** How many objects it has met. */
  get size(): number {
    return this.#met.size;
  }

  /** What was met after the first `size` objects was given up, and is new if it is met again. */
  forgetFrom(size: number): void {
    for (const value of [...this.#met.keys()].slice(size)) this.#met.delete(value);
  }

  /** The slot of an object that was met before. */
  met(value: object): Slot | undefined {
    const place = this.#met.get(value);
    return place && this.#share(place);
  }

  /** An object is copied in place, which becomes a slot when it is met again. */
  place(value: object, copy: Container, parent: Container | undefined, key: string | number): Place {
    const place: Place = { copy, parent, key, slot: undefined };
    this.#met.set(value, place);
    return place;
  }

  /** An object crosses as this special, wherever it is met. */
  once(value: object, special: readonly unknown[]): Slot {
    return this.alias(value, this.special(special));
  }

  /** An object crosses as a part that is there already. */
  alias(value: object, slot: Slot): Slot {
    this.#met.set(value, { copy: [], parent: undefined, key: '', slot });
    return slot;
  }

  special(special: readonly unknown[]): Slot {
    return new Slot(this.specials.push(special) - 1);
  }

  /** A slot before its contents, so that what is inside can point back at it; not where the receiver makes it of them, as a `whole`. */
  reserve(value: object, as: 'shell' | 'whole' = 'shell'): Slot {
    const slot = this.once(value, []);
    if (as === 'whole') this.#open.add(slot);
    return slot;
  }

  /** Whether nothing may point at it yet. */
  isOpen(slot: Slot): boolean {
    return this.#open.has(slot);
  }

  fill(slot: Slot, special: readonly unknown[]): Slot {
    this.#open.delete(slot);
    this.specials[slot.index] = special;
    return slot;
  }

  #share(place: Place): Slot {
    if (place.slot !== undefined) return place.slot;
    place.slot = this.special([Array.isArray(place.copy) ? Special.array : Special.object, place.copy]);
    const parent = place.parent;
    if (parent instanceof Map) parent.set(place.key as string, place.slot);
    else if (parent !== undefined) (parent as Record<string | number, unknown>)[place.key] = place.slot;
    return place.slot;
  }
}
