import { Fifo, type Entry } from './fifo.js';
import { isCalledBack } from './level.js';
import type { Worker } from './worker.js';

/** Something that wants a worker. */
export interface Candidate {
  /** One is there. */
  given(worker: Worker): void;
  /** None can be had. */
  refused(error: unknown): void;
  /** Its worker has answered, which this thread has no turn to notice by itself. */
  collect(): void;
}

/** A place in line. */
export interface Place {
  line: Fifo<Candidate>;
  entry: Entry<Candidate>;
}

/** Those who wait for a worker. First come those that somebody else waits for: what runs may not end before. */
export class CrewLine {
  readonly #urgent = new Fifo<Candidate>();
  readonly #usual = new Fifo<Candidate>();

  get size(): number {
    return this.#urgent.size + this.#usual.size;
  }

  /** What a call of another process or thread brought about is urgent. */
  push(candidate: Candidate): Place {
    const line = isCalledBack() ? this.#urgent : this.#usual;
    return { line, entry: line.push(candidate) };
  }

  /** A thread blocks until this one has its turn. */
  hurry(place: Place): void {
    this.remove(place);
    place.line = this.#urgent;
    place.entry = this.#urgent.push(place.entry.value);
  }

  remove({ line, entry }: Place): void {
    line.remove(entry);
  }

  shift(): Candidate | undefined {
    return (this.#urgent.shift() ?? this.#usual.shift())?.value;
  }
}
