import { describeThrown } from '@remoteobj/except/internal';

/** A failure that nobody has asked about yet. */
export interface UnheardFailure {
  readonly job: string;
  readonly error: unknown;
}

/** Warns of a job's failure when the job is collected, or this process ends, before anybody has asked about it. */
export function watchUnheard(job: object, failure: UnheardFailure): void {
  if (unheard.size === 0) process.once('exit', warnOfAll);
  unheard.add(failure);
  collected.register(job, failure, failure);
}

/** Somebody has asked. */
export function markHeard(failure: UnheardFailure): void {
  if (!unheard.delete(failure)) return;
  collected.unregister(failure);
  if (unheard.size === 0) process.off('exit', warnOfAll);
}

const unheard = new Set<UnheardFailure>();
const collected = new FinalizationRegistry<UnheardFailure>((failure) => {
  markHeard(failure);
  process.emitWarning(warningOf(failure));
});

function warnOfAll(): void {
  // What emitWarning queues would come too late.
  for (const failure of unheard) process.emit('warning', warningOf(failure));
}

function warningOf({ job, error: cause }: UnheardFailure): Error {
  const text = `${job} failed, and nobody asked about it (result, join, errors): ${describeThrown(cause)}`;
  const warning = new Error(text, { cause });
  warning.name = 'JobWarning';
  return warning;
}
