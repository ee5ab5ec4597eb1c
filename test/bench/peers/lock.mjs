// A lock that others use.
import { Lock } from 'remoteobj';

export const lock = new Lock();
