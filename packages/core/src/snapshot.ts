import { isError } from '@remoteobj/except/internal';
import { bytesIn } from './bytes-special.js';
import { contentsOf, keeperOf } from './contents.js';
import { typeOfPrototype } from './define-type.js';
import { elementTypeOf, isPromise, isUnshared, kindOf, type Kind } from './kinds.js';
import { itemsOf } from './leaf-special.js';
import { trustedLimits } from './limits.js';
import { bytesOf } from './made-values.js';
import { behaves } from './plain.js';
import { isRefusedValue } from './refused.js';
import { elementTypes } from './special.js';
import { mayStay, opened, Wrapped } from './wrappers.js';

/**
 * Arguments as they are now, of a call that is sent later: what marshal.ts copies is copied, and what goes by reference stays itself.
 * So do errors and instances of registered types. A promise among them that rejects meanwhile is told by the call alone.
 *
 * `again`: it is sent more than once, so buffers that are to be moved are copied, too. Never throws: what cannot cross is refused
 * when it is sent.
 */
export function snapshot(args: readonly unknown[], again: boolean = false): unknown[] {
  const taken = new Snapshot(again);
  return args.map((arg) => taken.of(arg));
}

class Snapshot {
  readonly #again: boolean;
  /** What was met, and what stands for it. */
  readonly #copies = new Map<object, object>();
  readonly #moved = new Set<unknown>();
  #nodes = 0;

  constructor(again: boolean) {
    this.#again = again;
  }

  of(arg: unknown): unknown {
    try {
      return this.#copy(arg, 0);
    } catch {
      return arg; // a Proxy whose trap throws
    }
  }

  #copy(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const copy = this.#copies.get(value);
    if (copy !== undefined) return copy;
    // Beyond its limits a value does not cross.
    if (depth > trustedLimits.valueDepth || ++this.#nodes > trustedLimits.valueNodes) return value;
    if (Wrapped.is(value)) return this.#wrapped(value, depth);
    if (mayStay(value)) return value;
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (isRefusedValue(value) || isError(value) || (prototype !== null && typeOfPrototype(prototype))) return value;
    return this.#ofKind(kindOf(value), value, depth);
  }

  #wrapped(wrapped: Wrapped, depth: number): unknown {
    const { how, value, buffers } = wrapped;
    switch (how) {
      case 'inline':
      case 'builtIn':
      case 'once':
        return wrapped;
      case 'reference': {
        const object = opened(value) as object;
        this.#copies.set(object, object); // wherever it is met again, it goes by reference
        return wrapped;
      }
      case 'transfer':
        if (this.#again) return this.#copy(value, depth);
        for (const buffer of buffers) this.#moved.add(buffer);
        return new Wrapped(how, this.#copy(value, depth), false, buffers);
      case 'value':
        if (typeof value !== 'object' || value === null || Wrapped.is(value)) return this.#copy(value, depth);
        return this.#forced(wrapped, value, depth);
      default:
        return how satisfies never;
    }
  }

  /** What `byValue` makes of an object of a class. */
  #forced(wrapped: Wrapped, value: object, depth: number): unknown {
    const copy = this.#copies.get(value);
    if (copy !== undefined) return copy;
    const kind = contentsOf(value);
    if (kind !== 'other') return this.#ofKind(kind, value, depth);
    return isError(value) || keeperOf(value) !== undefined ? wrapped : this.#members(value, {}, depth);
  }

  #ofKind(kind: Kind, value: object, depth: number): object {
    switch (kind) {
      case 'object':
      case 'nullObject':
        if (isRefusedValue(value) || behaves(value)) return value;
        return this.#members(value, kind === 'object' ? {} : (Object.create(null) as object), depth);
      case 'array':
        return this.#array(value as unknown[], depth);
      case 'map':
        return this.#map(value, depth);
      case 'set':
        return this.#set(value, depth);
      case 'date':
        return this.#met(value, new Date(value as Date));
      case 'regexp':
        return this.#met(value, regexpLike(value as RegExp));
      case 'url':
        return this.#met(value, new URL((value as URL).href));
      case 'bytes':
        return this.#bytes(value as ArrayBuffer | ArrayBufferView);
      case 'promise':
        return hushed(value);
      case 'signal':
      case 'refused':
        return value;
      case 'other':
        return isPromise(value) ? hushed(value) : value;
      default:
        return kind satisfies never;
    }
  }

  #met<T extends object>(value: object, copy: T): T {
    this.#copies.set(value, copy);
    return copy;
  }

  #members(value: object, made: object, depth: number): object {
    const copy = this.#met(value, made) as Record<string, unknown>;
    for (const name of Object.keys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, name);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      const member = this.#copy(descriptor.value, depth + 1);
      // It is refused when it is sent; assigned, it would be no member.
      if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true });
      else copy[name] = member;
    }
    return copy;
  }

  #array(value: unknown[], depth: number): object {
    const made: unknown[] = [];
    made.length = value.length; // holes stay holes
    return this.#members(value, made, depth);
  }

  #map(value: object, depth: number): object {
    const copy = this.#met(value, new Map<unknown, unknown>());
    const items = itemsOf('map', value);
    for (let i = 0; i < items.length; i += 2)
      copy.set(this.#copy(items[i], depth + 1), this.#copy(items[i + 1], depth + 1));
    return copy;
  }

  #set(value: object, depth: number): object {
    const copy = this.#met(value, new Set<unknown>());
    for (const item of itemsOf('set', value)) copy.add(this.#copy(item, depth + 1));
    return copy;
  }

  #bytes(value: ArrayBuffer | ArrayBufferView): object {
    if (this.#moved.has(ArrayBuffer.isView(value) ? value.buffer : value)) return value;
    const bytes = bytesIn(value);
    const type = elementTypes.indexOf(elementTypeOf(value));
    if (bytes === undefined || type === -1 || !isUnshared(bytes.buffer)) return value;
    return this.#met(value, bytesOf(type, bytes, true) as object);
  }
}

function regexpLike(value: RegExp): RegExp {
  const copy = new RegExp(value);
  copy.lastIndex = value.lastIndex;
  return copy;
}

/** A promise of which somebody hears. */
function hushed(promise: object): object {
  void Reflect.apply(Promise.prototype.then, promise, [undefined, () => {}]);
  return promise;
}
