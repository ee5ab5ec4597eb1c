/** Serves something else than its exports, and uses what its parent serves. */
import { connect, expose } from '@remoteobj/core';
import { parent } from '@remoteobj/process';

export interface Foreman {
  greet(name: string): string;
}

export interface Worker {
  askForeman(name: string): Promise<string>;
}

export const notServed = true;

const foreman = connect<Foreman>(parent());
const worker: Worker = {
  async askForeman(name) {
    return foreman.greet(name);
  },
};
expose(worker, parent());
