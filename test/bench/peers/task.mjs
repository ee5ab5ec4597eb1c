// A trivial function that runs in the background, for all sides.
import { add } from './service.mjs';

export const task = (i) => add(i, 2.5, 'hello');
