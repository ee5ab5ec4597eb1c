import { Except, ProtocolError, type CaughtError, type ErrorOrigin } from '@remoteobj/except';
import { copyExcept, isError, markOrigin, type ExceptTraits } from '@remoteobj/except/internal';
import { nameOfThis } from './deadlock.js';
import { writeWithValue } from './encode.js';
import { internalError } from './internal-error.js';
import type { Limits } from './limits.js';
import { Kind } from './message.js';
import type { Outbox } from './outbox.js';
import type { References } from './references.js';
import { capturePlace } from './stacks.js';

/** What Excepts need of their connection. */
export interface ExceptsLink {
  readonly outbox: Outbox;
  readonly references: References;
  readonly limits: Limits;
  /** The other side is a stranger. */
  readonly bareErrors: boolean;
}

/**
 * Excepts passed as values, both ways: what a copy records is told to its owner.
 *
 * A recording is no request: it leaves among the answers, in their order, so it is there before the call that made it settles.
 */
export class Excepts {
  readonly #link: ExceptsLink;
  /** Ours, with the place from which they were passed last. */
  readonly #passed = new WeakMap<Except, { readonly stack?: string }>();
  /** The other side's, by the remote of each. */
  readonly #copies = new WeakMap<object, Except>();
  /** Errors that were told, by their number: an error that comes again is the same object. */
  readonly #told = new WeakMap<object, number>();
  readonly #heard = new Map<number, WeakRef<object>>();
  readonly #dropped = new FinalizationRegistry<number>((number) => void this.#heard.delete(number));
  #lastTold = 0;
  #countHeard = 0;

  constructor(link: ExceptsLink) {
    this.#link = link;
  }

  exported(except: Except): void {
    this.#passed.set(except, capturePlace(placeFrames));
  }

  /** The copy of an Except of the other side; the same one as long as anybody here holds it. */
  import(id: number, traits: ExceptTraits): Except {
    const remote = this.#link.references.import(id);
    const known = this.#copies.get(remote);
    if (known !== undefined) return known;
    const copy = copyExcept(traits, { remote, record: (caught, rethrown) => this.#tell(id, caught, rethrown) });
    this.#copies.set(remote, copy);
    return copy;
  }

  /** Where our Except was passed from, which is the other half of the stack of what is recorded over there. */
  placeOf(id: number): { readonly stack?: string } | undefined {
    const except = this.#link.references.find(id);
    return except instanceof Except ? this.#passed.get(except) : undefined;
  }

  /** The number under which an error was told already. */
  numberOf(error: object): number | undefined {
    return this.#told.get(error);
  }

  /** The error that was heard of under a number. */
  errorOf(number: number): Error | undefined {
    const error = this.#heard.get(number)?.deref();
    return isError(error) ? error : undefined;
  }

  /** The other side has recorded an error in an Except of ours. `failure`: that error could not be made here. */
  heard(id: number, rethrown: boolean, value: unknown, failure?: { readonly error: unknown }): void {
    if (++this.#countHeard > this.#link.limits.recordedErrors)
      throw new ProtocolError(
        `more than ${this.#link.limits.recordedErrors} errors were recorded here by the other end`,
      );
    const { number, group, error, at, origin } = caughtOf(
      failure === undefined ? value : [0, null, Date.now(), failure.error],
    );
    if (isError(error)) this.#keep(number, error, origin);
    const except = this.#link.references.find(id);
    if (except === undefined) return; // given back meanwhile
    if (!(except instanceof Except)) throw new ProtocolError('an error was recorded in an object that is no Except');
    except.record(group, error, { at, origin, rethrown });
  }

  #keep(number: number, error: Error, origin: ErrorOrigin): void {
    if (this.errorOf(number) !== undefined) return;
    this.#heard.set(number, new WeakRef(error));
    this.#dropped.register(error, number);
    markOrigin(error, origin);
  }

  #tell(id: number, { group, error, at, origin }: CaughtError, rethrown: boolean): void {
    const { outbox, bareErrors } = this.#link;
    const { name, pid } = bareErrors ? {} : (origin ?? thisProcess());
    const number = ++this.#lastTold;
    const write = (thrown: unknown): void =>
      writeWithValue(
        outbox.control,
        Kind.caught,
        id,
        [number, group, at, thrown, name, pid],
        'error',
        rethrown ? 1 : 0,
      );
    try {
      write(bareErrors && !isError(error) ? internalError(error) : error);
      if (isError(error)) this.#told.set(error, number);
    } catch (unserializable) {
      write(unserializable); // what cannot cross is told of
    }
    outbox.flushSync();
  }
}

/** From the call to here are a dozen frames of this package. */
const placeFrames = 24;

function thisProcess(): ErrorOrigin {
  return { name: nameOfThis(), pid: (globalThis as { process?: { pid?: number } }).process?.pid };
}

/** The value of a `caught` message. */
function caughtOf(value: unknown): CaughtError & { readonly number: number; readonly origin: ErrorOrigin } {
  const [number, group, at, error, name, pid] = Array.isArray(value) ? (value as unknown[]) : [];
  if (
    typeof number !== 'number' ||
    (group !== null && typeof group !== 'string') ||
    typeof at !== 'number' ||
    !Number.isFinite(at) ||
    (name !== undefined && typeof name !== 'string') ||
    (pid !== undefined && typeof pid !== 'number')
  )
    throw new ProtocolError('a recorded error is not well-formed');
  return { number, group, at, error, origin: { name, pid } };
}
