export { linkOf } from './connect.js';
export { Link } from './connection.js';
export { refuseValues } from './access.js';
