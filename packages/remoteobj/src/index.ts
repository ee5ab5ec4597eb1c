export * from '@remoteobj/core'; export * from '@remoteobj/process'; export * from '@remoteobj/transport';
