import { LocalExcept } from './local-except.js';

/**
 * Catches errors and keeps them in groups, wherever they happen: it may be passed to other processes and threads.
 *
 * What they record appears in the groups here. Used in one process only, it is a `LocalExcept`.
 */
export class Except extends LocalExcept {}
