/** What is published on `node:diagnostics_channel` about processes and threads that are started here. */
import { channel } from 'node:diagnostics_channel';
import type { Exit } from './exit.js';

/** On `remoteobj:spawn`: a process or thread was started; whether it becomes ready is not known yet. */
export interface SpawnTrace {
  readonly name: string;
  readonly pid: number | undefined;
  readonly threadId: number | undefined;
  /** URL of its module. */
  readonly module: string;
  /** Number of the connection to it, as in `CallTrace`. */
  readonly connection: number;
}

/** On `remoteobj:exit`: it has ended. */
export interface ExitTrace extends SpawnTrace, Exit {
  /** Milliseconds since its start. */
  readonly duration: number;
}

const spawned = channel('remoteobj:spawn');
const exited = channel('remoteobj:exit');

/** Tells of the start now and of the end later. */
export function traceLife(life: SpawnTrace, exit: Promise<Exit>): void {
  const began = performance.now();
  if (spawned.hasSubscribers) spawned.publish(life);
  void exit.then((end) => {
    if (exited.hasSubscribers)
      exited.publish({ ...life, ...end, duration: performance.now() - began } satisfies ExitTrace);
  });
}
