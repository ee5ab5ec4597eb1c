import { StaleReferenceError } from '@remoteobj/except';
import { Link, Op, remoteOfRoot, View, viewOfRemote, type Unheard } from '@remoteobj/core/internal';
import { Relay } from './relay.js';

/** Milliseconds that making one object anew may take; calls wait for it. */
const patience = 30_000;

/** What the remotes of rebuilt objects need of the process they live in. */
export interface RebuildingOwner {
  /** The root of the life that can be used now. Throws when there will be none any more. */
  next(): View | undefined;
  changed(): void;
}

/** Objects of a process that are made anew by the chain that made them, each behind a remote that stays the same. */
export class Rebuilding {
  readonly #owner: RebuildingOwner;
  readonly #unheard: Unheard;
  /** In the order in which they were made: later ones may have been given earlier ones. */
  readonly #made = new Set<MadeObject>();
  /** Those that somebody waits for; what nobody holds and nobody waits for is forgotten. */
  readonly #busy = new Set<Relay>();
  /** By the root of the object in this life, which `#made` holds: so the remote itself must not be held. */
  readonly #remotes = new WeakMap<object, WeakRef<object>>();
  readonly #dropped = new FinalizationRegistry<MadeObject>((object) => this.#made.delete(object));

  /** `unheard`: where errors of calls go that nobody awaited. */
  constructor(owner: RebuildingOwner, unheard: Unheard) {
    this.#owner = owner;
    this.#unheard = unheard;
  }

  /** Whether calls wait for an object. */
  get waits(): boolean {
    return [...this.#busy].some((relay) => relay.waiting > 0);
  }

  /** The remote that stays, for an object that a recorded chain with a `new` in it has made; everything else as it came. */
  arrived(view: View, value: unknown): unknown {
    const native = viewOfRemote(value);
    if (native?.root.kind !== 'reference' || !(native.root.recorder instanceof Link)) return value;
    const known = this.#remotes.get(native.root)?.deref();
    if (known !== undefined) return known;
    if (!view.steps().some(({ op }) => op === Op.construct)) return value;
    return this.#add(view, native);
  }

  /** Makes all of them anew, one after the other. */
  async rebuild(root: View): Promise<void> {
    for (const object of [...this.#made]) {
      if (object.remote.deref() === undefined) continue;
      await object.rebuild(root);
      if (object.native !== undefined) this.#remotes.set(object.native.root, object.remote);
    }
  }

  pump(): void {
    for (const relay of [...this.#busy]) relay.pump();
  }

  #add(view: View, native: View): object {
    const object = new MadeObject(view, native);
    const relay = new Relay(
      {
        steady: true,
        records: true,
        next: () => object.start(() => this.#owner.next()),
        peek: () => object.alive,
        arrived: (from, value) => this.arrived(from, value),
        released: () => this.#made.delete(object),
        changed: () => {
          if (relay.open > 0) this.#busy.add(relay);
          else this.#busy.delete(relay);
          this.#owner.changed();
        },
      },
      'reference',
      this.#unheard,
    );
    const remote = remoteOfRoot(relay.root);
    object.remote = new WeakRef(remote);
    this.#made.add(object);
    this.#remotes.set(native.root, object.remote);
    this.#dropped.register(remote, object);
    return remote;
  }
}

/** One object, whichever life it is in. */
class MadeObject {
  remote: WeakRef<object> = new WeakRef({});
  /** It in the last life. */
  native: View | undefined;
  readonly #view: View;
  #failure: unknown;

  constructor(view: View, native: View) {
    this.#view = view;
    this.native = native;
  }

  /** It in the life that there is, if it is in that one. */
  get alive(): View | undefined {
    return this.native !== undefined && linkOfView(this.native).ended === undefined ? this.native : undefined;
  }

  /** The same; undefined: it is not made anew yet. Throws when it could not be, or when no life follows. */
  start(next: () => View | undefined): View | undefined {
    if (this.alive !== undefined) return this.alive;
    if (next() === undefined) return undefined;
    throw new StaleReferenceError(`${this.#view} could not be made anew after its process had died`, {
      executed: 'no',
      cause: this.#failure,
    });
  }

  async rebuild(root: View): Promise<void> {
    const { root: base } = this.#view;
    const start = base.kind === 'root' ? root : base.recorder?.behind?.(new View(base));
    this.native = undefined;
    if (start === undefined) return;
    const again = this.#view.steps().reduce((chain, { op, key, args }) => chain.extend(op, key, args), start);
    try {
      this.native = viewOfRemote(await linkOfView(root).evaluate(again.withOptions({ timeout: patience })));
    } catch (error) {
      this.#failure = error;
    }
  }
}

function linkOfView({ root }: View): Link {
  return root.recorder as Link; // what a chain is bound to is a connection
}
