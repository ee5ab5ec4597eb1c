import { Semaphore } from './semaphore.js';

/**
 * Lets one at a time go on: `using _ = await lock.acquire()` holds it until the end of the block. Waiting is fair.
 *
 * Passed to another process it goes by reference, and works there the same; it is freed when the process that holds it dies.
 */
export class Lock extends Semaphore {
  constructor() {
    super(1);
  }

  /** Whether somebody holds it. */
  get locked(): boolean {
    return this.available === 0;
  }
}
