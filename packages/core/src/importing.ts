import { AccessDeniedError, ProtocolError, type Except } from '@remoteobj/except';
import type { ExceptTraits } from '@remoteobj/except/internal';
import { builtInByName } from './built-ins.js';
import type { FrameContext } from './decode.js';
import type { Excepts } from './excepts.js';
import { Later, whenAll } from './later.js';
import { Op, type Step } from './operation.js';
import { Promised } from './promised.js';
import { remoteOfRoot } from './proxy.js';
import type { References } from './references.js';
import type { Server } from './server.js';
import type { Signals } from './signals.js';
import { ViewBase } from './special.js';
import { framesOf } from './stacks.js';
import type { Base } from './message.js';
import type { Root } from './view.js';
import type { Caller } from './caller.js';

/** What values that arrive may need. */
export interface ImportingLink {
  readonly references: References;
  readonly server: Server;
  readonly caller: Caller;
  readonly root: Root;
  readonly limits: { readonly chainLength: number; readonly keyLength: number };
}

/** Gives arriving values what they name: our own objects, remotes, results, chains to evaluate here. */
export class Importing implements FrameContext {
  readonly #link: ImportingLink;
  readonly #inline: boolean;
  readonly #signals: Signals;
  readonly #excepts: Excepts;
  readonly #promised: Promised;
  /** Where the call was made that the value being read is about. */
  #place: () => { readonly stack?: string } | undefined = () => undefined;

  constructor(link: ImportingLink, inline: boolean, signals: Signals, excepts: Excepts) {
    this.#link = link;
    this.#inline = inline;
    this.#signals = signals;
    this.#excepts = excepts;
    this.#promised = new Promised(link);
  }

  answering(id: number): void {
    this.#place = () => this.#link.caller.pending.placeOf(id);
  }

  recordedIn(id: number): void {
    this.#place = () => this.#excepts.placeOf(id);
  }

  get callStack(): string | undefined {
    return framesOf(this.#place());
  }

  importReference(id: number, isFunction: boolean): unknown {
    return id === 0 ? remoteOfRoot(this.#link.root) : this.#link.references.import(id, isFunction);
  }

  ownObject(id: number): unknown {
    return this.#link.references.home(id);
  }

  resultOf(id: number): unknown {
    return this.#link.server.resultOf(id);
  }

  awaitPromise(id: number): Later {
    return this.#promised.value(id);
  }

  importSignal(id: number, aborted: boolean, reason: unknown): AbortSignal {
    return this.#signals.import(id, aborted, reason);
  }

  importExcept(id: number, traits: ExceptTraits): Except {
    return this.#excepts.import(id, traits);
  }

  recordedError(number: number): Error | undefined {
    return this.#excepts.errorOf(number);
  }

  inlineFunction(source: string): unknown {
    // To expose for strangers is to take whoever is there for one.
    if (!this.#inline || this.#link.server.policy.mode !== 'trusted') {
      throw new AccessDeniedError(
        'functions sent as source are run only by processes and threads that the sender started: use remoteModule(url)',
        { executed: 'no' },
      );
    }
    // Only a program of ours may send source: whoever started this process could have started it with any.
    const made: unknown = (0, eval)(`(${source})`);
    if (typeof made !== 'function') throw new ProtocolError('a function sent as source is none');
    return made;
  }

  builtIn(name: string): unknown {
    const fn = builtInByName(name);
    if (fn === undefined) throw new ProtocolError(`there is no built-in function '${name}' to pass to`);
    return fn;
  }

  evaluateView(base: number, target: unknown, list: readonly unknown[], revive: (part: unknown) => unknown): unknown {
    if (list.length > this.#link.limits.chainLength)
      throw new ProtocolError(`a chain has more than ${this.#link.limits.chainLength} operations`);
    const parts: Later[] = [];
    const steps = list.map((step) => this.#step(step, revive, parts));
    const run = (): unknown => this.#link.server.evaluateArgument(baseOf(base, target), steps);
    if (parts.length === 0) return run();
    return new Promise((resolve, reject) => {
      whenAll(parts, (failure) => {
        if (failure !== undefined) return reject(failure.error as Error);
        try {
          resolve(run());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  #step(packed: unknown, revive: (part: unknown) => unknown, parts: Later[]): Step {
    const [op, key, args] = packed as [Op, unknown, unknown];
    if (
      !Array.isArray(packed) ||
      typeof key !== 'string' ||
      key.length > this.#link.limits.keyLength ||
      !Array.isArray(args)
    ) {
      throw new ProtocolError('a chain among the arguments is not well-formed');
    }
    switch (op) {
      case Op.get:
      case Op.has:
        return { op, key };
      case Op.keys:
      case Op.length:
      case Op.super:
        return { op };
      case Op.call:
      case Op.construct:
        return { op, args: revived(args, revive, parts) };
      default:
        throw new ProtocolError(`a chain among the arguments has the operation ${String(op)}`);
    }
  }
}

function baseOf(kind: number, target: unknown): Base {
  if (kind === ViewBase.module && typeof target === 'string') return { kind: 'module', url: target };
  if (kind === ViewBase.root) return { kind: 'root' };
  if (typeof target === 'number' && kind === ViewBase.reference) return { kind: 'reference', id: target };
  if (typeof target === 'number' && kind === ViewBase.result) return { kind: 'result', id: target };
  throw new ProtocolError('a chain among the arguments starts from nothing known');
}

/** Arguments of a call inside a value; what is not here yet is put in its place later. */
function revived(args: readonly unknown[], revive: (part: unknown) => unknown, parts: Later[]): unknown[] {
  const made: unknown[] = [];
  args.forEach((arg, i) => {
    const value = revive(arg);
    if (value instanceof Later) {
      parts.push(value);
      value.put((late) => (made[i] = late));
    } else {
      made[i] = value;
    }
  });
  return made;
}
