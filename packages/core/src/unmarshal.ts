import { ProtocolError } from '@remoteobj/except';
import { buildError, finishError } from '@remoteobj/except/internal';
import { argument, decodedLater } from './decoded.js';
import { typeOfName } from './define-type.js';
import { Slot } from './msgpack.js';
import { Later, whenAll } from './later.js';
import { expectArray, expectBytes, expectId, expectNumber, expectRecord, expectText } from './expect.js';
import type { Importer } from './importer.js';
import { bytesOf, fromUtf16, regexp, tried } from './made-values.js';
import { Special } from './special.js';

/** Turns the tree of one packed value back into the value. Runs no code of the user, except `decode` of registered types. */
export class Unmarshal {
  readonly #importer: Importer;
  readonly #specials: readonly unknown[];
  readonly #blobs: readonly Uint8Array[];
  readonly #made: unknown[] = [];
  readonly #open = new Set<number>();
  readonly #mostDepth: number;
  #depth = 0;
  /** Parts that are awaited; empty: the value is whole. */
  readonly later: Later[] = [];

  constructor(importer: Importer, tree: unknown, blobs: readonly Uint8Array[], depth: number) {
    this.#mostDepth = 4 * depth;
    if (!Array.isArray(tree) || tree.length === 0) throw new ProtocolError('a packed value has no root');
    this.#importer = importer;
    this.#specials = tree;
    this.#blobs = blobs;
  }

  root(): unknown {
    return this.#revive(this.#specials[0]);
  }

  #revive(node: unknown): unknown {
    if (typeof node !== 'object' || node === null) return node;
    // Slots that lead to slots could nest deeper than the bytes do.
    if (++this.#depth > this.#mostDepth)
      throw new ProtocolError('a packed value leads from special to special without end');
    const value = this.#part(node);
    this.#depth--;
    return value;
  }

  #part(node: object): unknown {
    if (node instanceof Slot) return this.#slot(node.index);
    if (Array.isArray(node)) return this.#list(node, node);
    if (node instanceof Uint8Array) throw new ProtocolError('a packed value has bytes without a type');
    return this.#record(node as Record<string, unknown>, node as Record<string, unknown>);
  }

  /** Fills `into` from `from`; the decoder's own containers are filled in place, nobody else holds them. */
  #list(from: readonly unknown[], into: unknown[]): unknown[] {
    for (let i = 0; i < from.length; i++) this.#place(from[i], (value) => (into[i] = value), into, i);
    return into;
  }

  #record(from: Record<string, unknown>, into: Record<string, unknown>): Record<string, unknown> {
    for (const key of Object.keys(from)) {
      const value = this.#place(from[key], (late) => (into[key] = guarded(key, late)), into, key);
      guarded(key, value);
    }
    return into;
  }

  #place(node: unknown, set: (value: unknown) => void, into: unknown, key: string | number): unknown {
    const value = this.#revive(node);
    if (value instanceof Later) value.put(set);
    else (into as Record<string | number, unknown>)[key] = value;
    return value;
  }

  #slot(index: number): unknown {
    if (index in this.#made) return this.#awaited(this.#made[index]);
    const special = this.#specials[index + 1];
    if (!Array.isArray(special))
      throw new ProtocolError(`a packed value refers to special ${index}, which it does not have`);
    if (this.#open.has(index))
      throw new ProtocolError('a packed value has a special inside itself that cannot contain itself');
    this.#open.add(index);
    const value = this.#special(special as unknown[], index);
    this.#open.delete(index);
    this.#made[index] = value;
    if (value instanceof Later) value.put((late) => (this.#made[index] = late));
    return this.#awaited(value);
  }

  /** Whatever holds a part that is not here yet waits for it, also where another met it before. */
  #awaited(value: unknown): unknown {
    if (value instanceof Later) this.later.push(value);
    return value;
  }

  #special(special: unknown[], index: number): unknown {
    const kind = special[0] as Special;
    switch (kind) {
      case Special.object: {
        const shell = {};
        this.#made[index] = shell;
        return this.#record(expectRecord(special[1]), shell);
      }
      case Special.array: {
        const shell: unknown[] = [];
        this.#made[index] = shell;
        return this.#list(expectArray(special[1]), shell);
      }
      case Special.nullObject: {
        const shell = Object.create(null) as Record<string, unknown>;
        this.#made[index] = shell;
        return this.#record(expectRecord(special[1]), shell);
      }
      case Special.sparse:
        return this.#sparse(special, index);
      case Special.map:
        return this.#map(expectArray(special[1]), index);
      case Special.set:
        return this.#set(expectArray(special[1]), index);
      case Special.date:
        return new Date(expectNumber(special[1]));
      case Special.regexp:
        return regexp(this.#revive(special[1]), special[2], special[3]);
      case Special.url:
        return tried('a URL', () => new URL(expectText(special[1])));
      case Special.bigint:
        if (!/^-?\d+$/.test(expectText(special[1])))
          throw new ProtocolError('a bigint on the wire is not made of digits');
        return BigInt(special[1] as string);
      case Special.negativeZero:
        return -0;
      case Special.utf16:
        return fromUtf16(expectBytes(special[1]));
      case Special.bytes:
        return bytesOf(special[1], expectBytes(special[2]), true);
      case Special.blob:
        return bytesOf(special[1], this.#blobs[expectNumber(special[2])], false);
      case Special.error:
        return this.#error(special, index);
      case Special.reference:
        return this.#importer.importReference(expectId(special[1]), special[2] === 1);
      case Special.home:
        return this.#importer.ownObject(expectId(special[1]));
      case Special.result:
        return argument(this.#importer.resultOf(expectId(special[1])));
      case Special.view:
        return argument(
          this.#importer.evaluateView(expectNumber(special[1]), special[2], expectArray(special[3]), (part) =>
            this.#revive(part),
          ),
        );
      case Special.promise:
        return this.#importer.awaitPromise(expectId(special[1]));
      case Special.type:
        return this.#type(special);
      case Special.inline:
        return this.#importer.inlineFunction(expectText(special[1]));
      case Special.builtIn:
        return this.#importer.builtIn(expectText(special[1]));
      case Special.signal:
        return this.#importer.importSignal(expectId(special[1]), special[2] === 1, this.#revive(special[3]));
      case Special.except:
        return this.#importer.importExcept(expectId(special[1]), {
          types: expectArray(special[2]).map(expectText),
          raises: special[3] === 1,
          catchOnce: special[4] === 1,
        });
      default:
        kind satisfies never;
        throw new ProtocolError(`a packed value has a special of kind ${String(special[0])}, which is not known here`);
    }
  }

  #sparse(special: unknown[], index: number): unknown[] {
    const length = expectNumber(special[1]);
    const items = expectArray(special[2]);
    if (!Number.isInteger(length) || length < 0 || length > 4294967295)
      throw new ProtocolError('a sparse array has an impossible length');
    const shell: unknown[] = [];
    shell.length = length;
    this.#made[index] = shell;
    for (let i = 0; i + 1 < items.length; i += 2) {
      const at = expectNumber(items[i]);
      if (!Number.isInteger(at) || at < 0 || at >= length)
        throw new ProtocolError('a sparse array has an item outside its length');
      this.#place(items[i + 1], (value) => (shell[at] = value), shell, at);
    }
    this.#record(expectRecord(special[3]), shell as unknown as Record<string, unknown>);
    return shell;
  }

  #map(items: unknown[], index: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    this.#made[index] = map;
    this.#whenWhole(items, (flat) => {
      for (let i = 0; i + 1 < flat.length; i += 2) map.set(flat[i], flat[i + 1]);
    });
    return map;
  }

  #set(items: unknown[], index: number): Set<unknown> {
    const set = new Set<unknown>();
    this.#made[index] = set;
    this.#whenWhole(items, (flat) => {
      for (const item of flat) set.add(item);
    });
    return set;
  }

  /** Order of a Map or Set is kept, so it is filled only when all that came before in it is here. */
  #whenWhole(items: unknown[], fill: (flat: unknown[]) => void): void {
    const before = this.later.length;
    const flat: unknown[] = [];
    let waits = false;
    for (let i = 0; i < items.length; i++) {
      const value = this.#place(items[i], (late) => (flat[i] = late), flat, i);
      waits ||= value instanceof Later;
    }
    if (!waits) return fill(flat);
    const own = this.later.slice(before);
    const filled = new Later();
    filled.put(() => fill(flat));
    whenAll(own, (failure) => filled.settle(failure !== undefined, failure?.error), filled);
    this.later.push(filled);
  }

  #error(special: unknown[], index: number): Error {
    const [, className, name, message, stack, own, hasCause, cause, errors, recorded] = special;
    const known = recorded === undefined ? undefined : this.#importer.recordedError(expectId(recorded));
    const error =
      known ??
      buildError(
        {
          className: expectText(className),
          ...(name === null ? {} : { name: expectText(name) }),
          message: expectText(this.#revive(message)),
          ...(stack === null ? {} : { stack: expectText(stack) }),
        },
        this.#importer.callStack,
      );
    this.#made[index] = error;
    const pairs: [string, unknown][] = [];
    const flat = this.#list(expectArray(own), []);
    for (let i = 0; i + 1 < flat.length; i += 2) pairs.push([expectText(flat[i]), settledPart(flat[i + 1])]);
    finishError(error, {
      own: pairs,
      ...(hasCause === 1 ? { cause: { value: settledPart(this.#revive(cause)) } } : {}),
      ...(errors === null ? {} : { errors: this.#list(expectArray(errors), []).map(settledPart) }),
    });
    return error;
  }

  #type(special: unknown[]): unknown {
    const type = typeOfName(expectText(special[1]));
    const before = this.later.length;
    const data = this.#revive(special[2]);
    const own = this.later.slice(before);
    if (own.length === 0 && !(data instanceof Later)) return type.codec.decode(data);
    return decodedLater(data, own, (whole) => type.codec.decode(whole));
  }
}

/** Promises inside errors are not waited for: the error must arrive. */
function settledPart(value: unknown): unknown {
  return value instanceof Later ? '[a promise]' : value;
}

/** No decoded object becomes a promise or serialises itself by a function of the other side. */
function guarded(key: string, value: unknown): unknown {
  if ((key === 'then' || key === 'toJSON') && typeof value === 'function') {
    throw new ProtocolError(`a value on the wire has a function named ${key}, which would run by itself`);
  }
  return value;
}
