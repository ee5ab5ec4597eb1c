import { Op } from './operation.js';
import type { ProbeStep } from './message.js';
import type { Request } from './request.js';

/** What a chain starts from. One per connection's root, per reference, per module. */
export interface Root {
  /** Who acts on finished views; absent: an unbound view, which names something without being able to reach it. */
  readonly recorder: Recorder | undefined;
  /** `root`: what the other end exposes. `reference`: an object of the other end. `module`: a module by URL, unbound. */
  readonly kind: 'root' | 'reference' | 'module';
  /** The reference's number; 0 otherwise. */
  readonly id: number;
  /** The module's URL; empty otherwise. */
  readonly url: string;
  /** The reference was passed as a function. */
  readonly isFunction?: boolean;
  /** The blocking proxy of the chain without steps. */
  syncRemote?: object;
  /** The proxy of the chain without steps: whoever holds a chain holds its start, so a reference keeps its identity. */
  remote?: object;
}

/** The one callback of a recording proxy. */
export interface Recorder {
  /** Whether calls and assignments are sent as they are recorded. */
  readonly eager: boolean;
  /** Sends an operation that runs whether or not anybody waits for it. */
  issue(view: View): void;
  /** The promise of a view's value; sends what is needed. */
  evaluate(view: View): Promise<unknown>;
  /** Whether the next two may be used: the link can be waited on without turning the event loop. */
  readonly blocks: boolean;
  /** The view's value, waited for. Throws what its evaluation throws. */
  evaluateBlocking(view: View): unknown;
  /** Iterates what the view yields, waiting likewise. */
  iterateBlocking(view: View): IterableIterator<unknown>;
  /** Follows the wait for a view on behalf of another process. */
  probeAlong?(view: View, steps: readonly ProbeStep[]): void;
  /** Drops so many mentions of an object that were only passed on. */
  dropMentions?(id: number, count: number): void;
  /** Drops the reference a chain of no steps stands for. */
  release(view: View): void;
  /** Iterates what the view yields. */
  iterate(view: View): AsyncIterableIterator<unknown>;
  /**
   * Absent on a connection. For recorders that send on to one: the same chain on that connection; undefined while it is not settled
   * which one.
   */
  behind?(view: View): View | undefined;
}

/** Options of one evaluation; inherited along the chain until it is evaluated. */
export interface ViewOptions {
  readonly default?: unknown;
  readonly defaultLocal?: boolean | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly as?: 'value' | 'reference' | undefined;
  /** Of blocking calls: which requests are served meanwhile. */
  readonly pump?: 'chain' | 'all' | undefined;
}

/** An immutable chain of operations: each step knows its parent, so extending costs one small object. */
export class View {
  readonly root: Root;
  readonly parent: View | undefined;
  readonly op: Op;
  /** Member name of get, set, delete, has; empty otherwise. */
  readonly key: string;
  /** Arguments of call and construct; function and arguments of pass; the value of set. */
  readonly args: readonly unknown[] | undefined;
  readonly depth: number;
  readonly options: ViewOptions | undefined;
  /** What a call, assignment or deletion was sent as; it runs once however often it is awaited or extended. */
  request: Request | undefined = undefined;

  constructor(
    root: Root,
    parent?: View,
    op: Op = Op.root,
    key: string = '',
    args?: readonly unknown[],
    options?: ViewOptions,
  ) {
    this.root = root;
    this.parent = parent;
    this.op = op;
    this.key = key;
    this.args = args;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.options = options ?? parent?.options;
  }

  extend(op: Op, key?: string, args?: readonly unknown[]): View {
    return new View(this.root, this, op, key, args);
  }

  /** The same chain with options for its next evaluation. */
  withOptions(options: ViewOptions): View {
    const merged = { ...this.options, ...options };
    const copy = new View(this.root, this.parent, this.op, this.key, this.args, merged);
    copy.request = this.request;
    return copy;
  }

  /** The steps from the root, or from the nearest ancestor for which `stop` holds. */
  steps(stop?: (view: View) => boolean): View[] {
    const steps: View[] = [];
    for (let view: View = this; view.parent !== undefined; view = view.parent) {
      if (stop?.(view)) break;
      steps.push(view);
    }
    return steps.reverse();
  }

  /** The chain as text, such as `(?.items[3](5))`; never sends anything, never throws. */
  toString(): string {
    return `(${printRoot(this.root)}${this.steps().map(printView).join('')})`;
  }
}

function printRoot(root: Root): string {
  if (root.kind === 'module') return root.url.slice(root.url.lastIndexOf('/') + 1);
  return root.kind === 'root' ? '?' : `?#${root.id}`;
}

function printView(view: View): string {
  return printStep(view.op, view.key, view.args);
}

/** One step as text; `args` of pass are the function and its arguments. */
export function printStep(op: Op, key: string, args: readonly unknown[] = []): string {
  switch (op) {
    case Op.root:
    case Op.keep:
      return '';
    case Op.get:
      return printKey(key);
    case Op.set:
      return `${printKey(key)} = ${printValue(args[0])}`;
    case Op.delete:
      return ` delete ${printKey(key)}`;
    case Op.has:
      return ` has ${JSON.stringify(key)}`;
    case Op.keys:
      return ' keys';
    case Op.length:
      return ' length';
    case Op.call:
      return `(${args.map(printValue).join(', ')})`;
    case Op.construct:
      return ` new(${args.map(printValue).join(', ')})`;
    case Op.super:
      return '.super_';
    case Op.pass:
      return `.passTo_(${args.map(printValue).join(', ')})`;
    case Op.iterate:
      return '[Symbol.asyncIterator]()';
    default:
      return op satisfies never;
  }
}

function printKey(key: string): string {
  if (/^(?:0|[1-9]\d*)$/.test(key)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Runs no code of the user: no getters, no toString. */
export function printValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? '[…]' : '{…}';
    case 'function':
      return 'ƒ';
    default:
      return String(value);
  }
}
