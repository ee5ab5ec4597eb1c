import { defineType } from '@remoteobj/core';
import { RemoteObjectError } from '@remoteobj/except';

/** The item that failed. */
interface FailedItem {
  readonly item: unknown;
  readonly index: number;
  /** Of how many it is one, of which it is not known which failed; otherwise 1. */
  readonly among: number;
}

/** A stage of a pipeline failed; `cause` is what it threw. */
export class PipelineError extends RemoteObjectError {
  override readonly name: string = 'PipelineError';
  /** Name of the stage, or its index where it has none. */
  readonly stage: string | number;
  /** What the stage was given; undefined when it could not be started. */
  readonly item: unknown;
  /** Which of the items that were put, counted from 0; undefined when the stage could not be started. */
  readonly index: number | undefined;

  constructor(stage: string | number, cause: unknown, failed?: FailedItem) {
    const others =
      failed === undefined || failed.among === 1 ? '' : `, or on one of ${failed.among} given to a worker together`;
    const which = failed === undefined ? 'could not be started' : `failed on item ${failed.index}${others}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`stage ${typeof stage === 'string' ? `'${stage}'` : stage} of the pipeline ${which}: ${why}`, {
      code: 'ERR_PIPELINE',
      executed: cause instanceof RemoteObjectError ? cause.executed : failed === undefined ? 'no' : 'yes',
      cause,
    });
    this.stage = stage;
    this.item = failed?.item;
    this.index = failed?.index;
  }
}

defineType('@remoteobj/PipelineError', PipelineError);
