import { now, type GroupName } from './error-group.js';
import { homeOf } from './except-home.js';
import { LocalExcept } from './local-except.js';
import type { RecordDetails } from './recording.js';

/**
 * Catches errors and keeps them in groups, wherever they happen: it may be passed to other processes and threads.
 *
 * What they record appears in the groups here as well. Used in one process only, it is a `LocalExcept`.
 */
export class Except extends LocalExcept {
  override record(group: GroupName, error: unknown, details: RecordDetails = {}): void {
    const { at = now(), origin, rethrown = false } = details;
    super.record(group, error, { ...details, at });
    homeOf(this)?.record({ group, error, at, origin }, rethrown);
  }
}
