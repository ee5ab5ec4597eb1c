// What all sides serve: the same functions, plain JavaScript, so that no side pays for a build step.
export function add(a, b, _text) {
  return a + b;
}

export function echo(value) {
  return value;
}

export const a = { b: { c: { d: 42 } } };

export class Link {
  #total;

  constructor(total = 0) {
    this.#total = total;
  }

  next(n) {
    return new Link(this.#total + n);
  }

  total(n) {
    return this.#total + n;
  }
}

export const link = new Link();
