export { linkOf } from './connect.js';
export { Link } from './connection.js';
export { callFunction, constructObject } from './calls.js';
export { deleteMember, getMember, hasMember, lengthOf, listKeys, setMember } from './members.js';
export { policyOf, type Policy } from './policy.js';
export { disposerOf, iteratorOf } from './protocols.js';
export { isRefusedValue, refuseValues } from './refused.js';
export { nameThis } from './deadlock.js';
