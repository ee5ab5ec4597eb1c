/** A place in a Fifo. */
export interface Entry<V> {
  readonly value: V;
  previous: Entry<V> | undefined;
  next: Entry<V> | undefined;
}

/** First in, first out; whoever is in the middle may leave at no cost, so that those who stop waiting leave no hole. */
export class Fifo<V> {
  #first: Entry<V> | undefined;
  #last: Entry<V> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** What came first, if there is anything. */
  get first(): V | undefined {
    return this.#first?.value;
  }

  push(value: V): Entry<V> {
    const entry: Entry<V> = { value, previous: this.#last, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#size++;
    return entry;
  }

  /** Puts what was taken out in front again. */
  unshift(value: V): void {
    const entry: Entry<V> = { value, previous: undefined, next: this.#first };
    if (this.#first === undefined) this.#last = entry;
    else this.#first.previous = entry;
    this.#first = entry;
    this.#size++;
  }

  shift(): Entry<V> | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes out an entry that is still in here. */
  remove(entry: Entry<V>): void {
    if (entry.previous === undefined) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    // Or else one that the garbage collector has taken for long-lived would keep all that came after it.
    entry.previous = undefined;
    entry.next = undefined;
    this.#size--;
  }
}
