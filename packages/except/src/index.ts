export {
  AccessDeniedError,
  ConnectionClosedError,
  DeadlockError,
  LimitError,
  NotListeningError,
  ProtocolError,
  RemoteDiedError,
  RemoteObjectError,
  StaleReferenceError,
  SupervisorGaveUp,
  TimeoutError,
  UnserializableError,
  type DeadlockStep,
  type Death,
  type ErrorDetails,
  type Executed,
} from './errors.js';
export { RemoteError, type ErrorOrigin } from './remote-error-class.js';
export { Except } from './except.js';
export { LocalExcept } from './local-except.js';
export type { Outcome, Swallowed } from './outcome.js';
export type { ErrorListener, RecordDetails } from './recording.js';
export type { CaughtError, GroupName } from './error-group.js';
export type { ErrorType, Scope, ScopeOptions, WrapOptions } from './except-options.js';
export type { Logger } from './logger.js';
