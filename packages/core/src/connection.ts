import { exportView } from './arguments.js';
import type { Batch, BatchOwner } from './batch.js';
import { Caller } from './caller.js';
import type { CallerLink, Listening } from './caller-link.js';
import { carriesContext } from './context.js';
import { crossed, letGo } from './crossings.js';
import { stepOf } from './deadlock.js';
import { blockingIterator, evaluateBlocking } from './blocking.js';
import type { Wait, WaitingLink } from './waiting.js';
import { writeHello, writeProbe, writeWithValue } from './encode.js';
import { Excepts } from './excepts.js';
import type { CallerOptions } from './fallback.js';
import { Importing } from './importing.js';
import { Intake } from './intake.js';
import { Liveness, type LivenessLink } from './liveness.js';
import type { Limits } from './limits.js';
import type { ExportedView } from './exporter.js';
import { Kind, type Hello, type ProbeStep } from './message.js';
import { LinkWaits } from './link-waits.js';
import { openLinks } from './open-waits.js';
import { Outbox } from './outbox.js';
import { remoteOfRoot, type RemoteProxy } from './proxy.js';
import type { Request } from './request.js';
import { References, type ReferenceOwner } from './references.js';
import { Server } from './server.js';
import type { ServerLink, Serving } from './serving.js';
import { Signals } from './signals.js';
import { Streams } from './streams.js';
import type { Policy } from './policy.js';
import type { Frame, Receiver, Transport } from './transport.js';
import { Tunnels } from './tunnels.js';
import type { Root, View } from './view.js';

/** What a connection is made with, besides its transport. */
export interface ConnectionSetup {
  readonly limits: Limits;
  /** Rule for objects of ours that the other end was passed, as long as nothing is exposed. */
  readonly policy: Policy;
  /** Whether functions sent as source are run: only from whoever started this process or thread. */
  readonly inline: boolean;
}

let counted = 0;

/** One end of a link, the same on both sides: joins calling, serving, references and streams; holds no logic of its own. */
export class Link implements BatchOwner, ReferenceOwner, CallerLink, ServerLink, Receiver, WaitingLink, LivenessLink {
  /** Counted in this thread; names the connection in traces. */
  readonly number: number = ++counted;
  readonly limits: Limits;
  readonly outbox: Outbox;
  readonly references: References;
  readonly caller: Caller;
  readonly server: Server;
  readonly streams: Streams;
  readonly tunnels: Tunnels;
  readonly liveness: Liveness = new Liveness(this);
  readonly waits: LinkWaits = new LinkWaits(this);
  readonly root: Root;
  readonly recorder: Link = this;
  readonly transport: Transport;
  options: CallerOptions & { readonly eager?: boolean; readonly unresponsiveAfter?: number } = {};
  listening: Listening = 'not yet';
  ended: { readonly reason: Error | undefined } | undefined = undefined;
  /** From the other end's hello; until then it is taken to be like this one. */
  peerFrameBytes: number;
  /** Told when the other end starts or stops to listen, and when the link ends. */
  readonly watchers: Set<() => void> = new Set();
  /** Links of other threads of the other end's program, which are served what this one is. */
  opens: readonly Link[] = [];
  /** Why the other end stopped, when it said so. */
  stopReason: unknown = undefined;
  readonly excepts: Excepts;
  readonly #setup: ConnectionSetup;
  readonly signals: Signals;
  readonly #intake: Intake;
  greeted = false;
  #alive = false;
  #holds = 0;

  constructor(transport: Transport, setup: ConnectionSetup) {
    this.transport = transport;
    this.#setup = setup;
    this.limits = setup.limits;
    this.peerFrameBytes = setup.limits.frameBytes;
    this.outbox = new Outbox(this, transport);
    this.root = { recorder: this, kind: 'root', id: 0, url: '' };
    this.references = new References(this, setup.limits.references);
    this.outbox.onFlushed = () => this.busyChanged();
    this.server = new Server(this, setup.policy, setup.limits.callsInFlight, setup.limits.keptResults);
    this.caller = new Caller(this);
    this.streams = new Streams(this);
    this.tunnels = new Tunnels(this);
    this.signals = new Signals(this);
    this.excepts = new Excepts(this);
    this.#intake = new Intake(this, new Importing(this, setup.inline, this.signals, this.excepts));
    this.references.onForgotten = (...gone) => letGo(this, ...gone);
    writeHello(this.outbox.control, setup.limits);
    this.outbox.schedule();
    openLinks.add(this.waits);
    transport.listen(this);
  }

  /** The remote for what the other end exposes. */
  get remote(): RemoteProxy {
    return remoteOfRoot(this.root);
  }

  get control(): Batch {
    return this.outbox.control;
  }

  get eager(): boolean {
    return this.options.eager !== false;
  }

  /** Whether this thread can wait on the link without turning its event loop. */
  get blocks(): boolean {
    return this.transport.block !== undefined;
  }

  get copiesBlobs(): boolean {
    return this.transport.copies === true;
  }

  get framesReceived(): number {
    return this.#intake.framesReceived;
  }

  /** Not to strangers. */
  get carriesContext(): boolean {
    return carriesContext() && this.transport.peer !== undefined;
  }

  get isListening(): boolean {
    return this.listening === 'listening';
  }

  get bareErrors(): boolean {
    return this.server.policy.mode === 'exposed';
  }

  // What recording proxies ask for.

  issue(view: View): void {
    this.caller.issue(view);
  }

  evaluate(view: View): Promise<unknown> {
    return this.caller.evaluate(view);
  }

  iterate(view: View): AsyncIterableIterator<unknown> {
    return this.streams.iterate(view);
  }

  evaluateBlocking(view: View): unknown {
    return evaluateBlocking(this, view);
  }

  iterateBlocking(view: View): IterableIterator<unknown> {
    return blockingIterator(this, view);
  }

  release(view: View): void {
    if (view.root.kind === 'reference' && view.depth === 0) this.references.release(view.root.id);
  }

  // What the halves ask of each other.

  exportView(view: View, batch: Batch, pack: (value: unknown, part: string) => unknown): ExportedView | undefined {
    return exportView(this, view, batch, pack);
  }

  exported(value: object, id: number): void {
    crossed(this, value, id);
  }

  dropMentions(id: number, count: number): void {
    for (let i = 0; i < count; i++) this.references.dropMention(id);
  }

  /** The event loop stays alive while somebody waits for something, and while `hold` says so. */
  busyChanged(): void {
    const alive =
      this.ended === undefined &&
      (this.#holds > 0 ||
        this.caller.pending.size > 0 ||
        this.streams.waiting > 0 ||
        this.server.runningCount > 0 ||
        this.outbox.unsent);
    if (this.liveness.rests && this.awaits) this.liveness.wake();
    if (alive === this.#alive) return;
    this.#alive = alive;
    this.transport.keepAlive(alive);
  }

  /** Calls of ours that have left, or may leave, wait for their answers. */
  get awaits(): boolean {
    const { outbox, caller, streams, listening, ended } = this;
    if (ended !== undefined || (listening === 'not yet' && outbox.inFlight === 0)) return false;
    return caller.pending.size > 0 || streams.waiting > 0;
  }

  /** A message that is a kind alone. */
  send(kind: number): void {
    this.control.writer.u8(kind);
    this.outbox.schedule();
  }

  hold(on: boolean): void {
    this.#holds += on ? 1 : -1;
    this.busyChanged();
  }

  /** Another thread of the other end's program has a link of its own now: it is served what this one is. */
  opened(transport: Transport): void {
    const { serving } = this.server;
    const link = new Link(transport, this.#setup);
    this.opens = [...this.opens.filter(({ ended }) => ended === undefined), link];
    if (serving !== undefined) link.serve(serving);
  }

  /** Serves an object as this end's root. */
  serve(serving: Serving): void {
    this.references.setRoot(serving.target);
    this.server.serve(serving);
    this.send(Kind.listen);
  }

  /** Says that nothing is served any more; a reason is for whoever waits for it to begin. */
  sendStop(reason?: unknown): void {
    if (this.ended !== undefined) return;
    this.references.setRoot(undefined);
    writeWithValue(this.control, Kind.stop, 0, reason, 'reason');
    this.outbox.schedule();
  }

  // What the transport calls.

  frame(frame: Frame): void {
    if (this.ended === undefined) this.#intake.frame(frame);
  }

  /** The other end's limits are known. */
  greet({ callsInFlight, frameBytes }: Hello): void {
    this.greeted = true;
    this.outbox.mostInFlight = Math.max(1, callsInFlight);
    this.peerFrameBytes = frameBytes;
    this.outbox.schedule();
  }

  /** This process or thread is about to end: what has come to something is told before. */
  leave(): void {
    this.server.answerSettled();
    this.outbox.flush(true);
  }

  drained(): void {
    this.liveness.sign();
    this.outbox.drained();
    this.tunnels.drained();
  }

  // What a wait calls.

  block(milliseconds: number): void {
    this.transport.block?.(milliseconds);
  }

  probe(wait: Wait): void {
    this.passProbe(wait, [stepOf(wait)]);
    this.liveness.look();
  }

  giveUp(request: Request, reason: () => Error): void {
    this.caller.stop(request, reason);
  }

  probeAlong({ request }: View, steps: readonly ProbeStep[]): void {
    if (request !== undefined) this.waits.probeRequest(request, steps);
  }

  passProbe(wait: Wait, steps: readonly ProbeStep[]): void {
    writeProbe(this.control, wait.request.id, steps);
    this.outbox.flush();
  }

  closed(reason?: Error): void {
    this.#finish(reason);
  }

  /** Ends the link; with a reason at once, dropping what waits. */
  async end(reason?: Error): Promise<void> {
    if (reason === undefined) this.outbox.flush();
    const ended = this.transport.close(reason);
    this.#finish(reason);
    await ended;
  }

  #finish(reason: Error | undefined): void {
    if (this.ended !== undefined) return;
    this.ended = { reason };
    openLinks.delete(this.waits);
    this.liveness.end();
    const unsent = this.outbox.end();
    this.caller.pending.end(reason, unsent);
    for (const batch of this.outbox.takeHeld()) this.caller.pending.refuse(batch);
    this.streams.end(reason);
    this.tunnels.end(reason);
    this.server.end();
    this.signals.end();
    this.references.clear();
    this.tell();
  }

  /** Something changed that others wait for. */
  tell(): void {
    this.busyChanged();
    for (const watcher of [...this.watchers]) watcher();
  }
}
