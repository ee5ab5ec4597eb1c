import { Except, LocalExcept, UnserializableError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { bytesSpecial } from './bytes-special.js';
import { errorSpecial } from './error-special.js';
import { exceptSpecial } from './except-special.js';
import { isRefusedValue } from './refused.js';
import { typeOfPrototype } from './define-type.js';
import type { Exporter } from './exporter.js';
import { kindOf } from './kinds.js';
import { itemsOf, leafSpecial } from './leaf-special.js';
import { Slot } from './msgpack.js';
import { behaves, memberFault, sparseParts } from './plain.js';
import { viewOfRemote } from './proxy.js';
import { Special } from './special.js';
import { printPath, utf16 } from './value-text.js';
import { Wrapped } from './wrappers.js';

type Container = Map<string, unknown> | Record<string, unknown> | unknown[];
interface Place {
  readonly copy: Container;
  readonly parent: Container | undefined;
  readonly key: string | number;
  slot: Slot | undefined;
}

/**
 * Turns one value into a tree that MessagePack can carry: `[root, special, …]`.
 *
 * Runs no getter and no method of the user, except `encode` of registered types. Throws `UnserializableError` with the path.
 */
export class Marshal {
  readonly #exporter: Exporter;
  readonly #specials: unknown[] = [];
  readonly #seen = new Map<object, Place>();
  readonly #path: (string | number)[];
  #nodes = 0;

  constructor(exporter: Exporter, where: string) {
    this.#exporter = exporter;
    this.#path = [where];
  }

  tree(value: unknown): unknown[] {
    const out: unknown[] = [undefined];
    out[0] = this.#pack(value, out, 0);
    out.push(...this.#specials);
    return out;
  }

  #pack(value: unknown, parent: Container | undefined, key: string | number): unknown {
    if (++this.#nodes > this.#exporter.limits.valueNodes)
      throw this.#fail(`the value has more than ${this.#exporter.limits.valueNodes} parts`);
    switch (typeof value) {
      case 'number':
        return Object.is(value, -0) ? this.#special([Special.negativeZero]) : value;
      case 'string':
        return value.isWellFormed() ? value : this.#special([Special.utf16, utf16(value)]);
      case 'bigint':
        return this.#special([Special.bigint, value.toString()]);
      case 'symbol':
        throw this.#fail(`${String(value)} is a symbol, and symbols do not travel`);
      case 'function':
        return this.#function(value);
      case 'object':
        return value === null ? null : this.#object(value, parent, key);
      default:
        return value; // undefined, boolean
    }
  }

  #function(value: object): unknown {
    const met = this.#seen.get(value)?.slot;
    if (met !== undefined) return met;
    const view = viewOfRemote(value);
    const chain = view && this.#exporter.exportView(view, (part, name) => this.#member(part, undefined, name));
    if (chain !== undefined && 'value' in chain) return this.#pack(chain.value, undefined, '');
    return this.#once(value, chain?.special ?? [Special.reference, this.#export(value, false)]);
  }

  #object(value: object, parent: Container | undefined, key: string | number, byValue = false): unknown {
    const met = this.#seen.get(value);
    if (met !== undefined) return this.#share(met);
    if (value instanceof Wrapped) return this.#wrapped(value, parent, key);
    if (!byValue && this.#exporter.isExported(value) && !(value instanceof Except))
      return this.#once(value, [Special.reference, this.#export(value, false)]);
    const type = typeOfPrototype((Object.getPrototypeOf(value) as object | null) ?? {});
    if (type !== undefined) {
      const slot = this.#reserve(value);
      const data = this.#member(type.codec.encode(value), undefined, `encode('${type.name}')`);
      return this.#fill(slot, [Special.type, type.name, data]);
    }
    if (isError(value)) return this.#error(value);
    const kind = kindOf(value);
    switch (kind) {
      case 'object':
      case 'nullObject':
        return this.#plain(value, kind, parent, key);
      case 'array':
        return this.#array(value as unknown[], parent, key);
      case 'map':
      case 'set':
        return this.#fill(this.#reserve(value), [
          kind === 'map' ? Special.map : Special.set,
          this.#list(itemsOf(kind, value)),
        ]);
      case 'date':
      case 'regexp':
      case 'url':
        return this.#once(value, leafSpecial(kind, value));
      case 'bytes':
        return this.#once(
          value,
          bytesSpecial(value as ArrayBuffer | ArrayBufferView, this.#exporter, (why) => this.#fail(why)),
        );
      case 'promise':
        return this.#once(value, [Special.promise, this.#export(value, false)]);
      case 'signal':
        return this.#signal(value as AbortSignal);
      case 'refused':
        throw this.#fail('shared memory and weak collections cannot be copied and would be of no use by reference');
      case 'other':
        if (value instanceof LocalExcept)
          return this.#once(
            value,
            exceptSpecial(value, this.#exporter, (why) => this.#fail(why)),
          );
        return this.#once(value, [
          value instanceof Promise ? Special.promise : Special.reference,
          this.#export(value, false),
        ]);
      default:
        return kind satisfies never;
    }
  }

  #wrapped(wrapped: Wrapped, parent: Container | undefined, key: string | number): unknown {
    const value = wrapped.value;
    switch (wrapped.how) {
      case 'inline':
      case 'builtIn':
        return this.#once(wrapped, [Special[wrapped.how], value]);
      case 'transfer':
        this.#exporter.moveBuffers(wrapped.buffers);
        return this.#pack(value, parent, key);
      case 'reference':
        if (viewOfRemote(value) !== undefined) return this.#pack(value, parent, key);
        wrapped.crossed = true;
        return this.#once(wrapped, [Special.reference, this.#export(value as object, wrapped.dispose)]);
      case 'value':
        if (typeof value !== 'object' || value === null) return this.#pack(value, parent, key);
        return kindOf(value) === 'other' && !isError(value)
          ? this.#record(value, parent, key)
          : this.#object(value, parent, key, true);
      default:
        return wrapped.how satisfies never;
    }
  }

  /** Plain objects are copied, unless they behave: accessors and iteration would be lost, so those go by reference. */
  #plain(value: object, kind: 'object' | 'nullObject', parent: Container | undefined, key: string | number): unknown {
    this.#refuse(value);
    if (behaves(value)) return this.#once(value, [Special.reference, this.#export(value, false)]);
    if (kind === 'object') return this.#record(value, parent, key);
    return this.#fill(this.#reserve(value), [Special.nullObject, this.#record(value, undefined, '', true)]);
  }

  /** Own enumerable data properties. A Map where msgpackr would mistake the names for something of its own. */
  #record(value: object, parent: Container | undefined, key: string | number, reserved = false): Container | Slot {
    const keys = Object.keys(value);
    const copy: Container = keys.includes('constructor') || keys.includes('toJSON') ? new Map<string, unknown>() : {};
    const place: Place = { copy, parent, key, slot: undefined };
    if (!reserved) this.#seen.set(value, place);
    for (const name of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(value, name);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      const fault = memberFault(name, descriptor.value);
      if (fault !== undefined) throw this.#fail(fault, name);
      const packed = this.#member(descriptor.value, copy, name);
      if (copy instanceof Map) copy.set(name, packed);
      else (copy as Record<string, unknown>)[name] = packed;
    }
    return place.slot ?? copy;
  }

  #array(value: unknown[], parent: Container | undefined, key: string | number): unknown {
    const names = Object.keys(value);
    if (names.length !== value.length || (names.length > 0 && names[names.length - 1] !== String(value.length - 1)))
      return this.#sparse(value, names);
    const copy: unknown[] = [];
    const place: Place = { copy, parent, key, slot: undefined };
    this.#seen.set(value, place);
    this.#list(value, copy);
    return place.slot ?? copy;
  }

  #sparse(value: unknown[], names: string[]): Slot {
    const slot = this.#reserve(value);
    const [items, own] = sparseParts(value, names);
    return this.#fill(slot, [Special.sparse, value.length, this.#list(items), this.#record(own, undefined, '', true)]);
  }

  #list(items: readonly unknown[], copy: unknown[] = []): unknown[] {
    for (let i = 0; i < items.length; i++) copy.push(this.#member(items[i], copy, i));
    return copy;
  }

  #member(value: unknown, parent: Container | undefined, key: string | number): unknown {
    if (this.#path.length > this.#exporter.limits.valueDepth)
      throw this.#fail(`the value is nested deeper than ${this.#exporter.limits.valueDepth} levels`);
    this.#path.push(key);
    const packed = this.#pack(value, parent, key);
    this.#path.pop();
    return packed;
  }

  #error(value: object): Slot {
    const slot = this.#reserve(value);
    return this.#fill(
      slot,
      errorSpecial(value, this.#exporter, (part, name) => this.#tolerant(part, name)),
    );
  }

  /** An error must arrive even if something hangs on it that cannot cross: that part arrives as a text about it. */
  #tolerant(value: unknown, name: string): unknown {
    const depth = this.#path.length;
    try {
      return this.#member(value, undefined, name);
    } catch (error) {
      if (!(error instanceof UnserializableError)) throw error;
      this.#path.length = depth;
      return `[could not cross: ${error.message}]`;
    }
  }

  #signal(signal: AbortSignal): Slot {
    const slot = this.#reserve(signal);
    const reason = signal.aborted ? this.#tolerant(signal.reason, 'reason') : null;
    return this.#fill(slot, [Special.signal, this.#export(signal, false), signal.aborted ? 1 : 0, reason]);
  }

  #export(value: object, dispose: boolean): number {
    this.#refuse(value);
    return this.#exporter.exportObject(value, dispose);
  }

  #refuse(value: object): void {
    if (isRefusedValue(value)) throw this.#fail('this built-in gives away the whole process and is never passed on');
  }

  #once(value: object, special: readonly unknown[]): Slot {
    const slot = this.#special(special);
    this.#seen.set(value, { copy: [], parent: undefined, key: '', slot });
    return slot;
  }

  #special(special: readonly unknown[]): Slot {
    return new Slot(this.#specials.push(special) - 1);
  }

  /** A slot before its contents, so that what is inside can point back at it. */
  #reserve(value: object): Slot {
    return this.#once(value, []);
  }

  #fill(slot: Slot, special: readonly unknown[]): Slot {
    this.#specials[slot.index] = special;
    return slot;
  }

  /** The second meeting of an object turns its first place into a slot, too. */
  #share(place: Place): Slot {
    if (place.slot !== undefined) return place.slot;
    place.slot = this.#special([Array.isArray(place.copy) ? Special.array : Special.object, place.copy]);
    const parent = place.parent;
    if (parent instanceof Map) parent.set(place.key as string, place.slot);
    else if (parent !== undefined) (parent as Record<string | number, unknown>)[place.key] = place.slot;
    return place.slot;
  }

  #fail(why: string, member?: string): UnserializableError {
    const path = printPath(member === undefined ? this.#path : [...this.#path, member]);
    return new UnserializableError(`${path}: ${why}`, { path, executed: 'no' });
  }
}
