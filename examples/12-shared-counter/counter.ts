/** An ordinary class: nothing in it knows about other processes. */
export class Counter {
  count = 0;
}
