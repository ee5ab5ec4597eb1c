import { get, isRemote, sync, type Remote } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { Timeout } from './timeout.js';
import { watchUnread } from './unread.js';

/** A result that will be there. */
export interface FutureNode {
  /** Of the function that it is a result of. */
  readonly name: string;
  read(): Promise<unknown>;
  /** Waits for it without turning the event loop. */
  block(): unknown;
}

/** Answers with the traps of a future; nothing else knows this symbol. */
const trapsOf: unique symbol = Symbol('traps of a future');

/** One target serves all futures: it can be called, and has no own property that a proxy would be obliged to report. */
const target = function future(): void {}.bind(null) as unknown as Record<string, unknown>;
delete target['name'];
delete target['length'];

/** The face of a result that will be there. */
export function futureOf(node: FutureNode): object {
  return new Proxy(target, new FutureTraps(node));
}

/** What a future stands for; undefined: the value is none. */
export function nodeOf(value: unknown): FutureNode | undefined {
  if (typeof value !== 'function' || isRemote(value)) return undefined;
  const traps: unknown = (value as { readonly [trapsOf]?: unknown })[trapsOf];
  return traps instanceof FutureTraps ? traps.node : undefined;
}

class FutureTraps implements ProxyHandler<typeof target> {
  readonly node: FutureNode;

  constructor(node: FutureNode) {
    this.node = node;
  }

  get(_target: object, key: string | symbol): unknown {
    const { node } = this;
    switch (key) {
      case trapsOf:
        return this;
      case 'then':
      case 'catch':
      case 'finally':
        return (...args: unknown[]) => {
          const promise = node.read();
          return Reflect.apply(promise[key] as (...args: unknown[]) => unknown, promise, args);
        };
      case 'value':
        return node.block();
      case 'toJSON':
        return () => inTime(node, node.block());
      case Symbol.toPrimitive:
        return (hint: 'string' | 'number' | 'default') => primitive(inTime(node, node.block()), hint);
      case Symbol.toStringTag:
        return 'Future';
      case Symbol.iterator:
        return () => (inTime(node, node.block()) as Iterable<unknown>)[Symbol.iterator]();
      case Symbol.asyncIterator:
        return () => items(node);
      default:
        return typeof key === 'symbol' ? undefined : futureOf(new MemberNode(node, key));
    }
  }

  apply(_target: object, _self: unknown, args: unknown[]): object {
    return futureOf(new CallNode(this.node, args));
  }

  set(_target: object, key: string | symbol): never {
    throw new TypeError(`${String(key)} cannot be assigned on a future: await it, and assign it on the result`);
  }
}

/** A member of a result; read anew each time. */
class MemberNode implements FutureNode {
  readonly owner: FutureNode;
  readonly key: string;

  constructor(owner: FutureNode, key: string) {
    this.owner = owner;
    this.key = key;
  }

  get name(): string {
    return this.owner.name;
  }

  async read(): Promise<unknown> {
    return member(await this.owner.read(), this.key);
  }

  block(): unknown {
    return here(member(this.owner.block(), this.key));
  }
}

/** A call of a result or of a method of it: made once, as soon as that is there, whether or not anybody waits. */
class CallNode implements FutureNode {
  readonly #called: FutureNode;
  readonly #args: readonly unknown[];
  #result: { readonly value: unknown } | undefined;
  readonly #promise: Promise<unknown>;
  #heard = false;

  constructor(called: FutureNode, args: readonly unknown[]) {
    this.#called = called;
    this.#args = args;
    const self = called instanceof MemberNode ? called.owner : called;
    this.#promise = self.read().then((owner) => this.#call(owner));
    this.#promise.catch((error: unknown) => watchUnread({ error, isHeard: () => this.#heard }));
  }

  get name(): string {
    return this.#called.name;
  }

  read(): Promise<unknown> {
    this.#heard = true;
    return this.#promise;
  }

  block(): unknown {
    this.#heard = true;
    const called = this.#called;
    return here(this.#call(called instanceof MemberNode ? called.owner.block() : called.block()));
  }

  #call(owner: unknown): unknown {
    this.#result ??= { value: this.#made(owner) };
    return this.#result.value;
  }

  #made(owner: unknown): unknown {
    if (owner === Timeout) return Timeout;
    const called = this.#called;
    if (!(called instanceof MemberNode)) return (owner as (...args: readonly unknown[]) => unknown)(...this.#args);
    const method = member(owner, called.key);
    if (typeof method !== 'function') throw new TypeError(`the result of the future has no method '${called.key}'`);
    // On an object elsewhere a member is a view, and a call of it knows its object.
    return isRemote(method)
      ? (method as (...args: unknown[]) => unknown)(...this.#args)
      : Reflect.apply(method, owner, this.#args);
  }
}

/** A member of what has no result in time is that as well. */
function member(owner: unknown, key: string): unknown {
  return owner === Timeout ? Timeout : (owner as Record<string, unknown>)[key];
}

/** Throws `TimeoutError` instead of a value that is none. */
function inTime(node: FutureNode, value: unknown): unknown {
  if (value !== Timeout) return value;
  throw new TimeoutError(
    `${node.name}: its time was up before there was a result; await the future and compare with Timeout`,
  );
}

/** The value of a blocking view; anything else is its own value. */
function here(value: unknown): unknown {
  return isRemote(value) ? get(sync(value as Remote<unknown>)) : value;
}

function primitive(value: unknown, hint: 'string' | 'number' | 'default'): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return hint === 'number' ? Number(value) : String(value);
}

async function* items(node: FutureNode): AsyncGenerator<unknown, void, undefined> {
  yield* inTime(node, await node.read()) as AsyncIterable<unknown>;
}
