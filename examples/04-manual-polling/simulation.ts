import { expose, parent, type Listener } from 'remoteobj';

/** A simulation that owns its thread: it never turns the event loop, and is touched only between two steps. */
export class Simulation {
  step = 0;
  rate = 1;
  total = 0;
  stop = false;
  /** Whether somebody touched it while it was in the middle of a step. */
  torn = false;
  #inStep = false;

  /** What it came to so far. */
  get state(): string {
    if (this.#inStep) this.torn = true;
    return `rate ${this.rate}`;
  }

  /** Starts counting anew. */
  reset(rate: number): this {
    this.rate = rate;
    this.total = 0;
    return this;
  }

  run(listener: Listener): void {
    while (!this.stop) {
      this.#inStep = true;
      this.step++;
      for (let i = 0; i < 1000; i++) this.total += this.rate;
      this.#inStep = false;
      listener.processRequests(); // all that came meanwhile: reads, writes and calls
    }
    // Nothing to do any more: it sleeps until somebody asks, instead of turning in circles.
    while (listener.wait(10_000)) listener.processRequests();
  }
}

const simulation = new Simulation();
const listener = expose(simulation, parent(), { manual: true });
simulation.run(listener);
