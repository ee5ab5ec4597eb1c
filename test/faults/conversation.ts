/** A call of the end under test, during which the other end misbehaves. */
import { withOptions } from '@remoteobj/core';
import { ProtocolError } from '@remoteobj/except';
import { assert } from '../support/suite.js';
import type { Outcome, Scene } from './fault.js';
import { rogue, type Rogue } from './rogue.js';

/** Milliseconds after which a call counts as hanging. */
const patience = 2000;

/** Calls something of a rogue while it speaks, says how the call ended, and lets the rogue go. */
export async function whileCalling(scene: Scene, speak: (other: Rogue) => void, greet = true): Promise<Outcome> {
  const other = await rogue(scene, greet);
  try {
    return await called(scene, other, () => speak(other));
  } finally {
    other.cut();
    await other.connection.closed;
  }
}

/** The same with a rogue that stays. A blocking call finds what was said before it. */
export async function called(scene: Scene, other: Rogue, speak: () => void): Promise<Outcome> {
  if (scene.mode === 'blocking') speak();
  const outcome = scene.outcome(other.remote, (face) => withOptions(face.f, { timeout: patience })());
  if (scene.mode === 'async') speak();
  return outcome;
}

/** The link has ended because of rubbish, and the call with it. */
export function checkRubbish(outcome: Outcome, what: Uint8Array = new Uint8Array(0)): void {
  assert.ok(
    outcome.error?.cause instanceof ProtocolError,
    `${Buffer.from(what).toString('hex')} was taken for ${described(outcome)}`,
  );
}

/** An outcome as text. */
export function described({ value, error }: Outcome): string {
  return error === undefined ? `the value ${String(value)}` : String(error);
}
