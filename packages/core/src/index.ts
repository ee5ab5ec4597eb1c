export { connect, type ConnectOptions } from './connect.js';
export {
  connectionOf,
  waitUntilListening,
  type Connection,
  type ConnectionEvents,
  type ConnectionStats,
} from './face.js';
export { carryContext, type ContextStorage } from './context.js';
export { expose, type ExposeOptions, type Listener } from './expose.js';
export {
  attrs,
  del,
  describe,
  get,
  has,
  isRemote,
  keys,
  lazy,
  len,
  passTo,
  release,
  remoteModule,
  set,
  superOf,
  sync,
  withOptions,
  type CallOptions,
  type GetOptions,
  type SyncOptions,
} from './verbs.js';
export { byReference, byValue, inline, transfer } from './wrappers.js';
export { defineType, type TypeCodec } from './define-type.js';
export { itemsAhead } from './items-ahead.js';
export type { AnyView, Arrived, Remote, RemoteView, Sent, SyncRemote, ViewOf } from './remote.js';
export { currentCaller, type Caller } from './callers.js';
export type { Hold } from './line.js';
export { exposedMembers } from './policy.js';
export { exposedLimits, trustedLimits, type Limits } from './limits.js';
export type { CallEndTrace, CallErrorTrace, CallTrace } from './trace.js';
export type { Frame, Peer, Receiver, Transport } from './transport.js';
