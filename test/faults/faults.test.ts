import './deaths.js';
import './streams.js';
import './closing.js';
import './bytes.js';
import './messages.js';
import './references.js';
import './load.js';
import './system.js';
import './writes.js';
import { sumUp } from './fault.js';

sumUp();
