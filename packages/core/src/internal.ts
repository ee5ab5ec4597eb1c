export { linkOf } from './connect.js';
export { Link } from './connection.js';
export { isRefusedValue, refuseValues } from './access.js';
export { callFunction, constructObject, deleteMember, getMember, hasMember, lengthOf, listKeys, setMember } from './members.js';
export { policyOf, type Policy } from './policy.js';
export { disposerOf, iteratorOf } from './protocols.js';
