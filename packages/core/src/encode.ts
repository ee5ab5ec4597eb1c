import type { Batch } from './batch.js';
import { writeValue } from './codec.js';
import { Flag, Kind, magic, version, type ProbeStep } from './message.js';
import { Op } from './operation.js';
import type { Limits } from './limits.js';
import { Wrapped } from './wrappers.js';
import { builtInName } from './built-ins.js';
import type { Root, View } from './view.js';
import { UnserializableError } from '@remoteobj/except';
import { viewOfRemote } from './proxy.js';

/** Begins an eval message; its steps, flags and number follow. */
export function writeBase(batch: Batch, root: Root, result: number): void {
  const writer = batch.writer;
  writer.u8(Kind.eval);
  if (result !== 0) {
    writer.u8(2);
    writer.varint(result);
  } else if (root.kind === 'root') {
    writer.u8(0);
  } else if (root.kind === 'reference') {
    writer.u8(1);
    writer.varint(root.id);
  } else {
    writer.u8(3);
    writer.text(root.url);
  }
}

/** One recorded operation. Throws `UnserializableError` with the argument's path. */
export function writeStep(batch: Batch, view: View): void {
  const writer = batch.writer;
  writer.u8(view.op);
  switch (view.op) {
    case Op.get:
    case Op.delete:
    case Op.has:
      return writeKey(batch, view);
    case Op.set:
      writeKey(batch, view);
      return writeValue(writer, view.args?.[0], batch, 'value');
    case Op.call:
    case Op.construct:
      return writeArgs(batch, view.args ?? [], 0);
    case Op.pass:
      writeFunction(batch, view.args?.[0]);
      return writeArgs(batch, view.args ?? [], 1);
    case Op.iterate:
      return writer.varint(Number(view.key));
    case Op.keys:
    case Op.length:
    case Op.super:
    case Op.root:
    case Op.keep:
      return;
    default:
      view.op satisfies never;
  }
}

/** The value so far is also the result of request `id`. */
export function writeKeep(batch: Batch, id: number): void {
  batch.writer.u8(Op.keep);
  batch.writer.varint(id);
}

export function writeHello(batch: Batch, limits: Limits): void {
  const writer = batch.writer;
  writer.u8(Kind.hello);
  writer.append(magic);
  writer.varint(version);
  writer.varint(limits.callsInFlight);
  writer.varint(limits.frameBytes);
}

/** About a request, or with `id` 0 about an object. */
export function writeProbe(batch: Batch, id: number, steps: readonly ProbeStep[], object = 0): void {
  const writer = batch.writer;
  writeNumbered(batch, Kind.probe, id);
  if (id === 0) writer.varint(object);
  writer.varint(steps.length);
  for (const step of steps) {
    writer.varint(step.origin);
    writer.varint(step.number);
    writer.varint(step.waited);
    writer.text(step.process);
    writer.text(step.view);
  }
}

/** A message that is a kind and two numbers. */
export function writeCounted(batch: Batch, kind: number, id: number, count: number): void {
  writeNumbered(batch, kind, id);
  batch.writer.varint(count);
}

/** A message that is a kind and a number. */
export function writeNumbered(batch: Batch, kind: number, id: number): void {
  batch.writer.u8(kind);
  batch.writer.varint(id);
}

export function writeRelease(batch: Batch, space: 'reference' | 'result', id: number, count: number): void {
  writeNumbered(batch, Kind.release, id * 2 + (space === 'result' ? 1 : 0));
  batch.writer.varint(count);
}

/** A message that is a kind, a number and a value; undone and rethrown when the value cannot cross. */
export function writeWithValue(
  batch: Batch,
  kind: number,
  id: number,
  value: unknown,
  where: string,
  flags?: number,
): void {
  const at = batch.writer.at;
  const blobs = batch.blobCount();
  try {
    batch.writer.u8(kind);
    if (flags !== undefined) batch.writer.u8(flags);
    batch.writer.varint(id);
    writeValue(batch.writer, value, batch, where);
    batch.commit();
  } catch (error) {
    batch.undo(at, blobs);
    throw error;
  }
}

/** Options of a view that the other side must know. */
export function flagsOf(view: View): number {
  const as = view.options?.as;
  return as === undefined ? 0 : as === 'value' ? Flag.asValue : Flag.asReference;
}

function writeKey(batch: Batch, view: View): void {
  checkKey(batch, view);
  batch.writer.text(view.key);
}

/** Throws `UnserializableError` for a name that the other end would not accept. */
export function checkKey(batch: Batch, view: View): void {
  const { key } = view;
  if (key.length === 0 || key.length > batch.limits.keyLength || !key.isWellFormed()) {
    const why =
      key.length === 0
        ? 'is empty'
        : key.length > batch.limits.keyLength
          ? `has more than ${batch.limits.keyLength} characters`
          : 'has lone surrogates';
    throw new UnserializableError(`${view.parent}: a member name that ${why} cannot be reached remotely; use a Map`, {
      path: 'key',
      executed: 'no',
    });
  }
}

function writeArgs(batch: Batch, args: readonly unknown[], from: number): void {
  batch.writer.varint(args.length - from);
  for (let i = from; i < args.length; i++) writeValue(batch.writer, args[i], batch, 'args', i - from);
}

/** The function of passTo must be one that runs where the object lives. */
function writeFunction(batch: Batch, fn: unknown): void {
  const view = viewOfRemote(fn);
  if (view !== undefined || (fn instanceof Wrapped && fn.how === 'inline'))
    return writeValue(batch.writer, fn, batch, 'fn');
  if (typeof fn !== 'function')
    throw new TypeError(`passTo(view, fn, …) takes a function, not ${fn === null ? 'null' : typeof fn}`);
  const name = builtInName(fn);
  if (name === undefined) {
    throw new UnserializableError(
      `fn: passTo runs ${fn.name || 'the function'} where the object lives, and it is not there: name it with remoteModule(url), send it with inline(fn), or use a built-in such as String`,
      { path: 'fn', executed: 'no' },
    );
  }
  writeValue(batch.writer, new Wrapped('builtIn', name), batch, 'fn');
}
