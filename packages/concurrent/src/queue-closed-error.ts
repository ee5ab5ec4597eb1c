import { defineType } from '@remoteobj/core';
import { RemoteObjectError } from '@remoteobj/except';

/** The queue was closed: nothing was put into it, or nothing is left to be taken. */
export class QueueClosedError extends RemoteObjectError {
  override readonly name: string = 'QueueClosedError';

  constructor(message: string) {
    super(message, { code: 'ERR_QUEUE_CLOSED', executed: 'no' });
  }
}

defineType('@remoteobj/QueueClosedError', QueueClosedError);
