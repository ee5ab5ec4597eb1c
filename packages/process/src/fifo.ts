/** Items in the order in which they came; taking one costs the same however many there are, which `shift` of a long array does not. */
export class Fifo<T> {
  #first: Node<T> | undefined;
  #last: Node<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: T): void {
    const node: Node<T> = { value, next: undefined };
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
    this.#length++;
  }

  /** Takes the first; undefined where there is none. */
  shift(): T | undefined {
    const node = this.#first;
    if (node === undefined) return undefined;
    this.#first = node.next;
    if (node.next === undefined) this.#last = undefined;
    this.#length--;
    return node.value;
  }
}

interface Node<T> {
  readonly value: T;
  next: Node<T> | undefined;
}
