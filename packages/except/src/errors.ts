/** Whether the operation an error is about was executed on the other side. */
export type Executed = 'no' | 'yes' | 'unknown';

/** What every error of this library may be given. */
export interface ErrorDetails {
  /** Whether the operation was executed; each class has a default. */
  executed?: Executed | undefined;
  /** What led to this error. */
  cause?: unknown;
}

/** Base of every error that this library itself raises; told apart by `code`. */
export class RemoteObjectError extends Error {
  /** Stable and for programs, such as `ERR_TIMEOUT`. */
  readonly code: string;
  /** Whether the operation was executed on the other side: repeat it freely only after `no`. */
  executed: Executed;

  constructor(message: string, details: ErrorDetails & { code: string }) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = details.code;
    this.executed = details.executed ?? 'unknown';
  }
}

/** Nobody listens at the other end, or it stopped listening. */
export class NotListeningError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_NOT_LISTENING', details, 'no'));
  }
}

/** The connection ended while the other process may live on. */
export class ConnectionClosedError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_CONNECTION_CLOSED', details, 'unknown'));
  }
}

/** How a process or thread ended, as far as it is known. */
export interface Death {
  /** Exit code; null when a signal ended it. */
  exitCode?: number | null | undefined;
  /** Name of the signal that ended it, or null. */
  signal?: string | null | undefined;
  /** The last it wrote to standard error. */
  stderrTail?: string | undefined;
}

/** The process or thread on the other side is gone, with exit code 0 too. */
export class RemoteDiedError extends RemoteObjectError {
  /** Exit code; null when a signal ended it or it is not known. */
  readonly exitCode: number | null;
  /** Name of the signal that ended it, or null. */
  readonly signal: string | null;
  /** The last it wrote to standard error, or an empty string. */
  readonly stderrTail: string;

  constructor(message: string, details: ErrorDetails & Death = {}) {
    super(message, withCode('ERR_REMOTE_DIED', details, 'unknown'));
    this.exitCode = details.exitCode ?? null;
    this.signal = details.signal ?? null;
    this.stderrTail = details.stderrTail ?? '';
  }
}

/** An operation did not finish in the time it was given. */
export class TimeoutError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_TIMEOUT', details, 'unknown'));
  }
}

/** The other side does not let this member be reached. */
export class AccessDeniedError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_ACCESS_DENIED', details, 'no'));
  }
}

/** A value cannot cross; `path` says which part of it. */
export class UnserializableError extends RemoteObjectError {
  /** Where in the value, such as `args[0].config.socket`. */
  readonly path: string;

  constructor(message: string, details: ErrorDetails & { path?: string | undefined } = {}) {
    super(message, withCode('ERR_UNSERIALIZABLE', details, 'no'));
    this.path = details.path ?? '';
  }
}

/** A bound of the connection would be exceeded. */
export class LimitError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_LIMIT', details, 'no'));
  }
}

/** One process of a cycle of blocking calls, and the view it waits for. */
export interface DeadlockStep {
  /** Name of the process or thread that waits. */
  readonly process: string;
  /** What it waits for, as text. */
  readonly view: string;
  /** Milliseconds that it had waited. */
  readonly waited: number;
}

/** Blocking calls wait for one another in a circle, so none of them could ever end. */
export class DeadlockError extends RemoteObjectError {
  /** Each process of the circle with what it waits for, in order. */
  readonly cycle: readonly DeadlockStep[];

  constructor(message: string, details: ErrorDetails & { cycle?: readonly DeadlockStep[] | undefined } = {}) {
    super(message, withCode('ERR_DEADLOCK', details, 'unknown'));
    this.cycle = details.cycle ?? [];
  }
}

/** A reference outlived the object it stood for: released, or of a process that was restarted. */
export class StaleReferenceError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_STALE_REFERENCE', details, 'no'));
  }
}

/** A process or thread that is started anew when it dies has died too often, and is not started any more. */
export class SupervisorGaveUp extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_GAVE_UP', details, 'no'));
  }
}

/** The other end sent something that is not the protocol; the connection ends. */
export class ProtocolError extends RemoteObjectError {
  constructor(message: string, details: ErrorDetails = {}) {
    super(message, withCode('ERR_PROTOCOL', details, 'unknown'));
  }
}

/** Every error class above by its name: those that a peer may name on the wire. */
export const ownErrorClasses: Readonly<Record<string, typeof RemoteObjectError | OwnErrorClass>> = {
  RemoteObjectError,
  NotListeningError,
  ConnectionClosedError,
  RemoteDiedError,
  TimeoutError,
  AccessDeniedError,
  UnserializableError,
  LimitError,
  DeadlockError,
  StaleReferenceError,
  SupervisorGaveUp,
  ProtocolError,
};

/** The constructor of an error of ours. */
type OwnErrorClass = new (message: string, details?: ErrorDetails) => RemoteObjectError;

// On the prototype, as the built-in classes have it: an own `name` would be printed among the properties of each error.
for (const [name, Class] of Object.entries(ownErrorClasses)) {
  Object.defineProperty(Class.prototype, 'name', {
    value: name,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

function withCode(code: string, details: ErrorDetails, executed: Executed): ErrorDetails & { code: string } {
  const common = { code, executed: details.executed ?? executed };
  return 'cause' in details ? { ...common, cause: details.cause } : common;
}
