/** Where an error comes from. */
export interface ErrorOrigin {
  /** Name of the process or thread. */
  readonly name?: string | undefined;
  /** Its process id. */
  readonly pid?: number | undefined;
}

/** An error of the other side whose class does not exist here. */
export class RemoteError extends Error {
  /** Name of its class on the other side. */
  readonly remoteName: string;
  /** Where it comes from, when that is known. */
  declare remote?: ErrorOrigin;

  constructor(
    message: string,
    details: { remoteName?: string | undefined; remote?: ErrorOrigin | undefined; cause?: unknown } = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.remoteName = details.remoteName ?? 'Error';
    if (details.remote !== undefined) this.remote = details.remote;
    if (details.remoteName === undefined) return;
    // Shown under the name it has where it was made.
    Object.defineProperty(this, 'name', {
      value: details.remoteName,
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
}

Object.defineProperty(RemoteError.prototype, 'name', {
  value: 'RemoteError',
  writable: true,
  enumerable: false,
  configurable: true,
});
