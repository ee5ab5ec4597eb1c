import './deaths.js';
import './streams.js';
import './closing.js';
import './bytes.js';
import './messages.js';
import './load.js';
import { sumUp } from './fault.js';

sumUp();
