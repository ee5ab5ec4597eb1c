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
    const slot = this.special(special);
    this.#met.set(value, { copy: [], parent: undefined, key: '', slot });
    return slot;
  }

  special(special: readonly unknown[]): Slot {
    return new Slot(this.specials.push(special) - 1);
  }

  /** A slot before its contents, so that what is inside can point back at it. */
  reserve(value: object): Slot {
    return this.once(value, []);
  }

  fill(slot: Slot, special: readonly unknown[]): Slot {
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
