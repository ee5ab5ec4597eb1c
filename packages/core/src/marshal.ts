import { LocalExcept, UnserializableError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { bytesSpecial } from './bytes-special.js';
import { errorSpecial } from './error-special.js';
import { exceptSpecial } from './except-special.js';
import { isRefusedValue } from './refused.js';
import { contentsOf, copyFault } from './contents.js';
import { typeOfPrototype } from './define-type.js';
import type { Exporter } from './exporter.js';
import { isPromise, kindOf, type Kind } from './kinds.js';
import { itemsOf, leafSpecial } from './leaf-special.js';
import { Slot } from './msgpack.js';
import { blockedOutcome } from './open-promise.js';
import { PackedParts, type Container } from './packed-parts.js';
import { behaves, memberFault, prototypeOf, sparseParts } from './plain.js';
import { viewOfRemote } from './proxy.js';
import { referenceSpecial } from './reference-special.js';
import { Special } from './special.js';
import { printPath, utf16 } from './value-text.js';
import { opened, Wrapped } from './wrappers.js';

/**
 * Turns one value into a tree that MessagePack can carry: `[root, special, …]`.
 *
 * Runs no getter and no method of the user, except `encode` of registered types, getters of errors and what is behind a Proxy. Throws `UnserializableError` with the path.
 */
export class Marshal {
  readonly #exporter: Exporter;
  readonly #parts = new PackedParts();
  readonly #path: (string | number)[];
  #nodes = 0;

  constructor(exporter: Exporter, where: string) {
    this.#exporter = exporter;
    this.#path = [where];
  }

  tree(value: unknown): unknown[] {
    const out: unknown[] = [undefined];
    out[0] = this.#pack(value, out, 0);
    out.push(...this.#parts.specials);
    return out;
  }

  #pack(value: unknown, parent: Container | undefined, key: string | number): unknown {
    if (++this.#nodes > this.#exporter.limits.valueNodes)
      throw this.#fail(`the value has more than ${this.#exporter.limits.valueNodes} parts`);
    switch (typeof value) {
      case 'number':
        return Object.is(value, -0) ? this.#parts.special([Special.negativeZero]) : value;
      case 'string':
        return value.isWellFormed() ? value : this.#parts.special([Special.utf16, utf16(value)]);
      case 'bigint':
        return this.#parts.special([Special.bigint, value.toString()]);
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
    const met = this.#met(value);
    if (met !== undefined) return met;
    const view = viewOfRemote(value);
    const chain = view && this.#exporter.exportView(view, (part, name) => this.#member(part, undefined, name));
    if (chain !== undefined && 'value' in chain) {
      const packed = this.#pack(chain.value, undefined, '');
      return packed instanceof Slot ? this.#parts.alias(value, packed) : packed;
    }
    return this.#parts.once(value, chain?.special ?? referenceSpecial(this.#export(value), value));
  }

  #object(value: object, parent: Container | undefined, key: string | number): unknown {
    const met = this.#met(value);
    if (met !== undefined) return met;
    if (Wrapped.is(value)) return this.#wrapped(value, parent, key);
    if (this.#exporter.staysReference(value)) return this.#parts.once(value, [Special.reference, this.#export(value)]);
    const prototype = prototypeOf(value);
    if (prototype === undefined)
      throw this.#fail('this Proxy was revoked, or its trap throws: pass what it stands for');
    const type = typeOfPrototype(prototype ?? {});
    if (type !== undefined) {
      const slot = this.#parts.reserve(value, 'whole');
      const data = this.#member(type.codec.encode(value), undefined, `encode('${type.name}')`);
      return this.#parts.fill(slot, [Special.type, type.name, data]);
    }
    if (isError(value)) return this.#error(value);
    return this.#ofKind(kindOf(value), value, parent, key);
  }

  /** The part of an object that was met before. */
  #met(value: object): Slot | undefined {
    const slot = this.#parts.met(value);
    if (slot !== undefined && this.#parts.isOpen(slot))
      throw this.#fail('what encode of its type gives contains the value itself: pass that part with byReference');
    return slot;
  }

  #ofKind(kind: Kind, value: object, parent: Container | undefined, key: string | number): unknown {
    switch (kind) {
      case 'object':
      case 'nullObject':
        return this.#plain(value, kind, parent, key);
      case 'array':
        return this.#array(value as unknown[], parent, key);
      case 'map':
      case 'set':
        return this.#parts.fill(this.#parts.reserve(value), [Special[kind], this.#list(itemsOf(kind, value))]);
      case 'date':
      case 'regexp':
      case 'url':
        return this.#parts.once(
          value,
          leafSpecial(kind, value, (text) => this.#pack(text, undefined, '')),
        );
      case 'bytes':
        return this.#parts.once(
          value,
          bytesSpecial(value as ArrayBuffer | ArrayBufferView, this.#exporter, (why) => this.#fail(why)),
        );
      case 'promise':
        return this.#promise(value, parent, key);
      case 'signal':
        return this.#signal(value as AbortSignal);
      case 'refused':
        throw this.#fail('shared memory and weak collections cannot be copied and would be of no use by reference');
      case 'other':
        if (value instanceof LocalExcept)
          return this.#parts.once(
            value,
            exceptSpecial(value, this.#exporter, (why) => this.#fail(why)),
          );
        if (isPromise(value)) return this.#promise(value, parent, key);
        return this.#parts.once(value, [Special.reference, this.#export(value)]);
      default:
        return kind satisfies never;
    }
  }

  #wrapped(wrapped: Wrapped, parent: Container | undefined, key: string | number): unknown {
    const value = wrapped.value;
    switch (wrapped.how) {
      case 'inline':
      case 'builtIn':
        return this.#parts.once(wrapped, [Special[wrapped.how], value]);
      case 'transfer':
        this.#exporter.moveBuffers(wrapped.buffers);
        return this.#pack(value, parent, key);
      case 'reference':
      case 'once': {
        const object = opened(value) as object;
        if (viewOfRemote(object) !== undefined || Wrapped.is(object)) return this.#pack(object, parent, key);
        wrapped.crossed = true;
        const number = this.#export(object, wrapped.dispose, wrapped.how === 'reference');
        return this.#parts.once(wrapped, referenceSpecial(number, object));
      }
      case 'value':
        if (typeof value !== 'object' || value === null || Wrapped.is(value)) return this.#pack(value, parent, key);
        return this.#copied(value, parent, key);
      default:
        return wrapped.how satisfies never;
    }
  }

  /** A copy on demand: of its own properties, or of what an object of a subclass of a built-in holds. */
  #copied(value: object, parent: Container | undefined, key: string | number): unknown {
    const met = this.#met(value);
    if (met !== undefined) return met;
    if (isError(value)) return this.#error(value);
    const kind = contentsOf(value);
    if (kind !== 'other') return this.#ofKind(kind, value, parent, key);
    const fault = copyFault(value);
    if (fault !== undefined) throw this.#fail(fault);
    return this.#record(value, parent, key);
  }

  /** Plain objects are copied, unless they behave: accessors and iteration would be lost, so those go by reference. */
  #plain(value: object, kind: 'object' | 'nullObject', parent: Container | undefined, key: string | number): unknown {
    this.#refuse(value);
    if (behaves(value)) return this.#parts.once(value, [Special.reference, this.#export(value)]);
    if (kind === 'object') return this.#record(value, parent, key);
    return this.#parts.fill(this.#parts.reserve(value), [Special.nullObject, this.#record(value, undefined, '', true)]);
  }

  /** Own enumerable data properties. A Map where msgpackr would mistake the names for something of its own. */
  #record(value: object, parent: Container | undefined, key: string | number, reserved = false): Container | Slot {
    const keys = Object.keys(value);
    const copy: Container = keys.includes('constructor') || keys.includes('toJSON') ? new Map<string, unknown>() : {};
    const place = reserved ? undefined : this.#parts.place(value, copy, parent, key);
    for (const name of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(value, name);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      const fault = memberFault(name, descriptor.value);
      if (fault !== undefined) throw this.#fail(fault, name);
      const packed = this.#member(descriptor.value, copy, name);
      if (copy instanceof Map) copy.set(name, packed);
      else (copy as Record<string, unknown>)[name] = packed;
    }
    return place?.slot ?? copy;
  }

  #array(value: unknown[], parent: Container | undefined, key: string | number): unknown {
    const names = Object.keys(value);
    if (names.length !== value.length || (names.length > 0 && names[names.length - 1] !== String(value.length - 1)))
      return this.#sparse(value, names);
    const copy: unknown[] = [];
    const place = this.#parts.place(value, copy, parent, key);
    this.#list(value, copy);
    return place.slot ?? copy;
  }

  #sparse(value: unknown[], names: string[]): Slot {
    const slot = this.#parts.reserve(value);
    const [items, own] = sparseParts(value, names);
    const packed = this.#list(items);
    return this.#parts.fill(slot, [Special.sparse, value.length, packed, this.#record(own, undefined, '', true)]);
  }

  #list(items: readonly unknown[], copy: unknown[] = []): unknown[] {
    // A member may lead back to this list, and be in its place already.
    for (let i = 0; i < items.length; i++) copy[i] = this.#member(items[i], copy, i);
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
    const slot = this.#parts.reserve(value);
    const special = errorSpecial(value, this.#exporter, (part, name) => this.#tolerant(part, name));
    return this.#parts.fill(slot, special);
  }

  /** An error must arrive even if something hangs on it that cannot cross: that part arrives as a text about it. */
  #tolerant(value: unknown, name: string): unknown {
    const depth = this.#path.length;
    const met = this.#parts.size;
    try {
      return this.#member(value, undefined, name);
    } catch (error) {
      if (!(error instanceof UnserializableError)) throw error;
      this.#path.length = depth;
      this.#parts.forgetFrom(met);
      return `[could not cross: ${error.message}]`;
    }
  }

  #promise(promise: object, parent: Container | undefined, key: string | number): unknown {
    // The cast holds: it is of the kind.
    const now = blockedOutcome(promise as Promise<unknown>, this.#exporter, (why) => this.#fail(why));
    if (now !== undefined) return this.#pack(now.value, parent, key);
    return this.#parts.once(promise, [Special.promise, this.#export(promise)]);
  }

  #signal(signal: AbortSignal): Slot {
    const slot = this.#parts.reserve(signal);
    const reason = signal.aborted ? this.#tolerant(signal.reason, 'reason') : null;
    return this.#parts.fill(slot, [Special.signal, this.#export(signal), signal.aborted ? 1 : 0, reason]);
  }

  #export(value: object, dispose = false, stays = false): number {
    this.#refuse(value);
    return this.#exporter.exportObject(value, dispose, stays);
  }

  #refuse(value: object): void {
    if (isRefusedValue(value)) throw this.#fail('this built-in gives away the whole process and is never passed on');
  }

  #fail(why: string, member?: string): UnserializableError {
    const path = printPath(member === undefined ? this.#path : [...this.#path, member]);
    return new UnserializableError(`${path}: ${why}`, { path, executed: 'no' });
  }
}
